import sharp, { type Sharp } from "sharp";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../src/testing/index.ts";
import { ask } from "../http/fixture.ts";

export interface FilesServer extends TestServer {
  readonly superuser: string;
  /** Creates a collection from API JSON; public unless it says otherwise. */
  collection(json: Readonly<Record<string, unknown>>): Promise<{ id: string; name: string }>;
  /** Creates a record with uploads and gives it as the API does. */
  record(
    collection: string,
    parts: Readonly<Record<string, Upload[] | string>>,
  ): Promise<StoredRecord>;
}

export interface Upload {
  readonly name: string;
  readonly content: Uint8Array | string;
}

export type StoredRecord = Record<string, unknown> & {
  readonly id: string;
  readonly collectionId: string;
};

const PUBLIC = {
  type: "base",
  listRule: "",
  viewRule: "",
  createRule: "",
  updateRule: "",
  deleteRule: "",
};

/** A server and ways to make collections and records with files, through its API. */
export async function startFilesServer(options: TestServerOptions = {}): Promise<FilesServer> {
  const server = await startTestServer(options);
  const superuser = await server.superuserToken();
  const headers = { authorization: superuser };
  return {
    ...server,
    superuser,
    async collection(json) {
      const answer = await ask(server, "POST /api/collections", {
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ ...PUBLIC, ...json }),
      });
      if (answer.status !== 200) throw new Error(answer.body);
      return JSON.parse(answer.body) as { id: string; name: string };
    },
    async record(collection, parts) {
      const form = new FormData();
      for (const [key, value] of Object.entries(parts)) {
        for (const item of typeof value === "string" ? [value] : value) {
          if (typeof item === "string") form.append(key, item);
          else form.append(key, new Blob([new Uint8Array(Buffer.from(item.content))]), item.name);
        }
      }
      const url = `${server.url}/api/collections/${collection}/records`;
      const response = await fetch(url, { method: "POST", headers, body: form });
      if (response.status !== 200) throw new Error(await response.text());
      return (await response.json()) as StoredRecord;
    },
  };
}

/** An image whose red grows to the right and whose green grows downwards. */
export function gradient(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[(y * width + x) * 3] = (x * 255) / width;
      pixels[(y * width + x) * 3 + 1] = (y * 255) / height;
      pixels[(y * width + x) * 3 + 2] = 128;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
