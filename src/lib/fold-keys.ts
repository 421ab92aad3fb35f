/**
 * The values of submitted JSON by the names of a form's keys, which match in any case; of several that match the
 * last one counts (Go: encoding/json onto a struct).
 *
 * @param names as the form spells them; other keys are left out
 */
export function foldKeys<N extends string>(
  values: Readonly<Record<string, unknown>>,
  names: readonly N[],
): { [K in N]?: unknown } {
  const byFolded = new Map<string, N>(names.map((name) => [name.toLowerCase(), name]));
  const folded: { [K in N]?: unknown } = {};
  for (const [key, value] of Object.entries(values)) {
    const name = byFolded.get(key.toLowerCase());
    if (name !== undefined) folded[name] = value;
  }
  return folded;
}
