import { charsetOf } from "./mime-charset.ts";
import { type MimeNode, ROOT_TYPE } from "./mime-types.ts";

/** Bytes from the start of a file that its type is found in. */
export const SNIFF_LENGTH = 4096;

/** A type of content. */
export interface MimeType {
  /** Texts carry their charset: `text/plain; charset=utf-8`. */
  readonly mime: string;
  /** With its dot; `""` when there is none. */
  readonly extension: string;
}

/**
 * Finds the type of a file by its content alone: the deepest node of the type tree whose signature fits
 * (PocketBase: the mimetype library).
 *
 * @param head the first `SNIFF_LENGTH` bytes, or the whole file when it is shorter
 */
export function detectMime(head: Uint8Array): MimeType {
  const content = toContent(head);
  const { mime, extension } = findNode(content);
  const charset = charsetOf(mime, content);
  return { mime: charset ? `${mime}; charset=${charset}` : mime, extension };
}

/** Whether the content is of one of the allowed types; their parameters and case do not matter, aliases count. */
export function matchesMime(head: Uint8Array, allowed: readonly string[]): boolean {
  const { mime, aliases } = findNode(toContent(head));
  return allowed.some((type) => {
    const plain = type.split(";")[0]!.trim().toLowerCase();
    return plain === mime || aliases.includes(plain);
  });
}

/** Bytes as characters of the same codes, which is what expressions can search. */
function toContent(head: Uint8Array): string {
  return Buffer.from(
    head.buffer,
    head.byteOffset,
    Math.min(head.byteLength, SNIFF_LENGTH),
  ).toString("latin1");
}

function findNode(content: string): MimeNode {
  let node = ROOT_TYPE;
  for (;;) {
    const child = node.children.find(({ signature }) =>
      signature instanceof RegExp ? signature.test(content) : signature(content),
    );
    if (!child) return node;
    node = child;
  }
}
