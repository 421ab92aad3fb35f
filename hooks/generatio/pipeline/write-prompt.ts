import type { PictureWish } from "./request.ts";

/** Step 6: the text that is sent. As typed, unless the wish asks for a documented rewriting. */
export function writePrompt(wish: PictureWish): string {
  return wish.prompt;
}
