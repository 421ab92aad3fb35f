import { describe, expect, it } from "vitest";
import { SessionStore } from "../../../../hooks/generatio/sessions/store.ts";
import { KeyRing } from "../../../../hooks/generatio/tokens/key-ring.ts";
import { PlainToken } from "../../../../hooks/generatio/tokens/secret.ts";

const HOUR = 3_600_000;

function setUp() {
  const clock = { now: 1_000_000 };
  const store = new SessionStore({ ttlMs: HOUR, now: () => clock.now });
  const open = (userId: string) => {
    const token = new PlainToken("key");
    return { token, session: store.open(userId, new KeyRing([["fal", token]])) };
  };
  return { clock, store, open };
}

describe("SessionStore", () => {
  it("finds an open session for its own user only", () => {
    const { store, open } = setUp();
    const { session } = open("ann");
    expect(session.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(store.find(session.id, "ann")).toBe(session);
    expect(store.find(session.id, "bob")).toBeUndefined();
    expect(store.find("00000000-0000-4000-8000-000000000000", "ann")).toBeUndefined();
  });

  it("ends a session at its time and overwrites the key", () => {
    const { clock, store, open } = setUp();
    const { session, token } = open("ann");
    expect(session.expiresAt).toBe(clock.now + HOUR);
    clock.now += HOUR - 1;
    expect(store.hasActive("ann")).toBe(true);
    clock.now += 1;
    expect(store.hasActive("ann")).toBe(false);
    expect(store.counts()).toEqual({ active: 0, total: 1 });
    expect(store.find(session.id, "ann")).toBeUndefined();
    expect(store.counts()).toEqual({ active: 0, total: 0 });
    expect(() => token.reveal()).toThrow("wiped");
  });

  it("closes for the owner only, and the key is gone", () => {
    const { store, open } = setUp();
    const { session, token } = open("ann");
    expect(store.close(session.id, "bob")).toBe(false);
    expect(token.reveal()).toBe("key");
    expect(store.close(session.id, "ann")).toBe(true);
    expect(store.close(session.id, "ann")).toBe(false);
    expect(() => token.reveal()).toThrow("wiped");
  });

  it("keeps ten sessions of a user and ends the oldest beyond", () => {
    const { store, open } = setUp();
    const other = open("bob");
    const opened = Array.from({ length: 11 }, () => open("ann"));
    expect(store.counts()).toEqual({ active: 11, total: 11 });
    expect(() => opened[0]!.token.reveal()).toThrow("wiped");
    expect(opened[1]!.token.reveal()).toBe("key");
    expect(other.token.reveal()).toBe("key");
  });

  it("sweeps the expired ones and keeps the others", () => {
    const { clock, store, open } = setUp();
    const old = open("ann");
    clock.now += HOUR / 2;
    const young = open("ann");
    clock.now += HOUR / 2;
    store.sweep();
    expect(store.counts()).toEqual({ active: 1, total: 1 });
    expect(() => old.token.reveal()).toThrow("wiped");
    expect(young.token.reveal()).toBe("key");
  });

  it("ends all of one user, or all of them", () => {
    const { store, open } = setUp();
    const [ann, bob] = [open("ann"), open("bob")];
    store.closeAllOf("ann");
    expect(() => ann.token.reveal()).toThrow("wiped");
    expect(store.hasActive("bob")).toBe(true);
    store.clear();
    expect(() => bob.token.reveal()).toThrow("wiped");
    expect(store.counts()).toEqual({ active: 0, total: 0 });
  });
});
