/** Where the UI is: the part of the address behind `#`. */
export interface Place {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Reads `#/collections?collection=posts`. */
export function parsePlace(hash: string): Place {
  const text = hash.replace(/^#\/?/, "");
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  const query = mark < 0 ? "" : text.slice(mark + 1);
  return {
    path: `/${path.replace(/\/+$/, "")}`,
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The address of a place; empty values are left out. */
export function placeHref({ path, query }: Place): string {
  const entries = Object.entries(query).filter(([, value]) => value !== "");
  const text = new URLSearchParams(entries).toString();
  return `#${path}${text === "" ? "" : `?${text}`}`;
}

/**
 * The values of a pattern such as `/auth/confirm-verification/{token}`; `{rest...}` takes the rest with its
 * slashes.
 *
 * @returns undefined when the path is another one
 */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  const parts = path.split("/");
  const wanted = pattern.split("/");
  for (const [index, each] of wanted.entries()) {
    const name = /^\{(\w+)(\.\.\.)?\}$/.exec(each);
    if (name?.[2]) {
      values[name[1]!] = parts.slice(index).join("/");
      return parts.length >= index ? values : undefined;
    }
    const part = parts[index];
    if (part === undefined || (name ? part === "" : part !== each)) return undefined;
    if (name) values[name[1]!] = decodePart(part);
  }
  return parts.length === wanted.length ? values : undefined;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
