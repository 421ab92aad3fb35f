export function randomByPattern(pattern: string): string {
  return pattern;
}
