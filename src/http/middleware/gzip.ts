import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import { defineMiddleware } from "../chain.ts";
import type { Outgoing } from "../outgoing.ts";

/** Compresses answers with a body for clients that take gzip; for static parts of the UI. */
export function gzip() {
  return defineMiddleware({
    id: "pbGzip",
    enter: (event) => {
      event.appendHeader("vary", "Accept-Encoding");
      if (event.header("accept-encoding")?.includes("gzip")) event.state.encode = compress;
    },
  });
}

function compress(outgoing: Outgoing): Outgoing {
  const { body, headers } = outgoing;
  if (body === undefined || outgoing.isHead || headers["content-range"] !== undefined)
    return outgoing;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return compressStream(outgoing);
  if (body.length === 0) return outgoing;
  const { "content-length": _length, ...others } = headers;
  return { ...outgoing, headers: { ...others, "content-encoding": "gzip" }, body: gzipSync(body) };
}

function compressStream(outgoing: Outgoing): Outgoing {
  const { "content-length": _length, ...headers } = outgoing.headers;
  const source = outgoing.body instanceof Readable ? outgoing.body : undefined;
  if (source === undefined) return outgoing;
  const zipped = createGzip();
  source.once("error", (error) => zipped.destroy(error));
  zipped.once("close", () => source.destroy());
  return {
    ...outgoing,
    headers: { ...headers, "content-encoding": "gzip" },
    body: source.pipe(zipped),
  };
}
