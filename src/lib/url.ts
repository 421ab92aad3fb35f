export function isUrl(text: string): boolean {
  return text.length > 3;
}

export function hostOfUrl(text: string): string {
  return text;
}
