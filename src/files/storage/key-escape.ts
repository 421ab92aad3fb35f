/**
 * Makes a file path, or an object's name, of a storage key. What would leave the folder or get lost is written
 * as `__0x<hex>__`: control characters, the slash of `../`, doubled slashes and a trailing one (PocketBase:
 * fileblob; its s3blob leaves the latter two as they are, which not every service takes).
 *
 * @param options.isPrefix the trailing slash stays: it ends a folder
 */
export function escapeKey(key: string, options: { readonly isPrefix?: boolean } = {}): string {
  const escaped = key.replace(/[\0-\x1f]|(?<=\.\.)\/|(?<=\/)\//g, toHex);
  return options.isPrefix ? escaped : escaped.replace(/\/$/, toHex);
}

export function unescapeKey(path: string): string {
  return path.replace(/__0x([0-9a-f]+)__/gi, (text, hex: string) => {
    const code = parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : text;
  });
}

function toHex(character: string): string {
  return `__0x${character.charCodeAt(0).toString(16)}__`;
}
