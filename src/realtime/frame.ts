import { stringifyJson } from "../lib/json.ts";

/** Something sent to a client: an event name and its data. */
export interface RealtimeMessage {
  name: string;
  /** Texts are sent as they are, everything else as JSON. */
  data: unknown;
}

/** A message with the bytes that it is on the wire, made once for all who get it. */
export class Frame {
  readonly message: RealtimeMessage;
  #bytes: Buffer | undefined;

  constructor(message: RealtimeMessage) {
    this.message = message;
  }

  /** Everything of the event behind its `id:` line. */
  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(toText(this.message)));
  }
}

/** Line breaks in the data begin new `data:` lines, as the format asks. */
function toText({ name, data }: RealtimeMessage): string {
  const text = typeof data === "string" ? data : stringifyJson(data);
  const lines =
    text.includes("\n") || text.includes("\r") ? text.replaceAll(/\r\n|\r|\n/g, "\ndata:") : text;
  return `event:${name.replaceAll(/[\r\n]/g, "")}\ndata:${lines}\n\n`;
}
