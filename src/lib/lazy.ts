/** A value that is made when it is first asked for, and kept. @param make gives something else than undefined */
export function lazy<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}
