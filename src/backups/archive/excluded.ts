/** Whether a path is one of some paths, or lies below one of them. All are relative, with `/`. */
export function isExcluded(path: string, excluded: readonly string[]): boolean {
  return excluded.some((each) => {
    const folder = each.replace(/\/+$/, "");
    return path === folder || path.startsWith(`${folder}/`);
  });
}
