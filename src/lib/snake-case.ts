/** `X-Token` and `xToken` become `x_token` (PocketBase: inflector.Snakecase). */
export function snakeCase(text: string): string {
  const words = text.split(/[\W_]+/).filter((word) => word !== "");
  return words
    .map((word) => word.replaceAll(/(?<=[^A-Z])(?=[A-Z])/g, "_"))
    .join("_")
    .toLowerCase();
}
