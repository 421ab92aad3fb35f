/** What a key of an emulated vendor is worth. */
export type KeyState = "ok" | "no_balance" | "locked";
