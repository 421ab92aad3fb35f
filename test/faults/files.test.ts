import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { ownCommand, send, type ServerProcess } from "../campaigns/server-process.ts";
import { canMount, namedFiles, newPlace, type Place, unprivileged, upload } from "./place.ts";

const MIB = 1 << 20;
const TIMEOUT = 60_000;

let place: Place | undefined;
let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.kill();
  place?.remove();
  place = server = undefined;
});

/** A sentence in PocketBase's envelope that names no path, no system error and no code of ours. */
function expectPolite(answer: { readonly status: number; readonly text: string }): void {
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    400,
    { data: {}, message: expect.stringMatching(/^[A-Z][\w ]+\.$/), status: 400 },
  ]);
  expect(answer.text).not.toMatch(/E[A-Z]{4,}|\/|SQLITE|storage|node:/);
}

/** Temporary files go when their answer has left, which is a moment later. */
async function expectConsistent(url: string): Promise<void> {
  const expected = (await namedFiles(url)).toSorted();
  await expect.poll(() => place!.files().toSorted(), { timeout: 5000 }).toEqual(expected);
}

describe("a disk that takes no more", () => {
  test(
    "of one file refuses it and keeps nothing of it",
    async () => {
      place = await newPlace();
      // In units of 512 bytes; what is written beyond fails as on a full disk.
      server = await place.start(["sh", "-c", `ulimit -f ${(8 * MIB) / 512} && exec "$0" "$@"`]);
      expect((await upload(server.url, MIB)).status).toBe(200);
      expectPolite(await upload(server.url, 20 * MIB));
      await expectConsistent(server.url);
      expect((await upload(server.url, MIB)).status).toBe(200);
      await server.stop();
      server = await place.start();
      await expectConsistent(server.url);
      expect(await namedFiles(server.url)).toHaveLength(4);
    },
    TIMEOUT,
  );

  test.each(canMount() ? [16, 24] : [])(
    "with %i MiB is filled and emptied again",
    async (size) => {
      place = await newPlace({ diskBytes: size * MIB });
      server = await place.start();
      expectPolite(await upload(server.url, size * MIB));
      await expectConsistent(server.url);
      let answer = await upload(server.url, 200_000);
      for (let count = 0; answer.status === 200 && count < 200; count++)
        answer = await upload(server.url, 200_000);
      expectPolite(answer);
      await expectConsistent(server.url);
      const records = `${server.url}/api/collections/docs/records`;
      const { items } = await send<{ items: { id: string }[] }>(`${records}?perPage=8`);
      for (const { id } of items) await send(`${records}/${id}`, { method: "DELETE" });
      await expectConsistent(server.url);
      expect((await upload(server.url, 200_000)).status).toBe(200);
      await server.kill();
      server = await place.start();
      await expectConsistent(server.url);
    },
    TIMEOUT,
  );
});

describe("a folder that may only be read", () => {
  test.each(["storage", ".pb_files_unsettled", ".pb_temp_to_delete"])(
    "%s refuses uploads and nothing else, until it may be written to again",
    async (name) => {
      place = await newPlace();
      mkdirSync(join(place.dir, name), { recursive: true });
      server = await place.start(unprivileged(place));
      // One of the folders is made anew by every start.
      mkdirSync(join(place.dir, name), { recursive: true });
      const { mode } = statSync(join(place.dir, name));
      chmodSync(join(place.dir, name), 0o555);
      expectPolite(await upload(server.url, MIB));
      expect(await namedFiles(server.url)).toEqual([]);
      await expectConsistent(server.url);
      chmodSync(join(place.dir, name), mode | 0o777);
      expect((await upload(server.url, MIB)).status).toBe(200);
      await expectConsistent(server.url);
    },
    TIMEOUT,
  );

  test(
    "as the data folder ends the start with a sentence",
    async () => {
      place = await newPlace();
      const wrap = unprivileged(place);
      for (const name of ["data.db", "auxiliary.db"]) chmodSync(join(place.dir, name), 0o444);
      chmodSync(place.dir, 0o555);
      const command = [...wrap, ...ownCommand(join(place.dir, "../../hooks"))];
      const [program = "", ...args] = command.map((word) =>
        word.replaceAll("{dir}", place!.dir).replaceAll("{port}", "0"),
      );
      const { status, stdout, stderr } = spawnSync(program, args, {
        encoding: "utf8",
        timeout: 20_000,
      });
      chmodSync(place.dir, 0o755);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr.trim()).toMatch(/^[A-Z].*\.$/s);
      expect(stderr).toContain("cannot be written to");
      expect(stderr).not.toMatch(/ {4}at |node:internal/);
    },
    TIMEOUT,
  );
});

test(
  "a server killed in the middle of an upload has nothing of it when it starts again",
  async () => {
    place = await newPlace();
    server = await place.start();
    expect((await upload(server.url, MIB)).status).toBe(200);
    const boundary = "half";
    const sending = request(`${server.url}/api/collections/docs/records`, {
      method: "POST",
      headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    });
    sending.on("error", () => undefined);
    sending.write(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="half.bin"\r\n\r\n`,
    );
    sending.write(Buffer.alloc(2 * MIB));
    while (place.files().length < 3) await sleep(20);
    await server.kill();
    sending.destroy();
    server = await place.start();
    await expectConsistent(server.url);
    expect(await namedFiles(server.url)).toHaveLength(2);
  },
  TIMEOUT,
);
