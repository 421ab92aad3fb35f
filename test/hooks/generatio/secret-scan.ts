import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where a secret was found, and in which form. */
export interface Leak {
  readonly secret: string;
  readonly form: string;
  readonly place: string;
}

/** Something that must not hold a secret. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Looks for secrets in plain, base64 (also inside a longer base64 text), hexadecimal and URL form.
 *
 * @param secrets by name; at least eight characters each, so that nothing is found by chance
 */
export function findLeaks(
  secrets: Readonly<Record<string, string>>,
  places: readonly Place[],
): Leak[] {
  const wanted = Object.entries(secrets).flatMap(([secret, value]) => {
    if (value.length < 8) throw new Error(`the secret ${secret} is too short to look for`);
    return formsOf(value).map(({ form, text }) => ({
      secret,
      form,
      text: Buffer.from(text, "latin1"),
    }));
  });
  return places.flatMap(({ name, bytes }) =>
    wanted
      .filter(({ text }) => bytes.includes(text))
      .map(({ secret, form }) => ({ secret, form, place: name })),
  );
}

/** Every file below a folder: databases with their WAL, stored pictures. */
export function readFolder(folder: string): Place[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ name: path, bytes: readFileSync(path) }));
}

function formsOf(value: string): { form: string; text: string }[] {
  const bytes = Buffer.from(value, "utf8");
  const plain = bytes.toString("latin1");
  const hex = bytes.toString("hex");
  return [
    { form: "plain", text: plain },
    {
      form: "JSON",
      text: Buffer.from(JSON.stringify(value).slice(1, -1), "utf8").toString("latin1"),
    },
    { form: "hex", text: hex },
    { form: "HEX", text: hex.toUpperCase() },
    { form: "UTF-16", text: Buffer.from(value, "utf16le").toString("latin1") },
    { form: "URL", text: encodeURIComponent(value) },
    { form: "form", text: new URLSearchParams({ v: value }).toString().slice(2) },
    ...[0, 1, 2].flatMap((shift) => [
      { form: "base64", text: base64Inside(bytes, shift, "base64") },
      { form: "base64url", text: base64Inside(bytes, shift, "base64url") },
    ]),
  ];
}

/** The letters that stand for these bytes wherever they are in a longer text: its edges depend on the neighbours. */
function base64Inside(bytes: Buffer, shift: number, alphabet: "base64" | "base64url"): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const text = padded.toString(alphabet).replaceAll("=", "");
  const start = Math.ceil((shift * 8) / 6);
  return text.slice(start, Math.floor((padded.length * 8) / 6));
}
