/** A date of the API (`2026-01-02 03:04:05.678Z`) as it is read in a language; empty for none. */
export function formatTime(text: string, language: string): string {
  const date = new Date(text.replace(" ", "T"));
  if (text === "" || Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
    date,
  );
}
