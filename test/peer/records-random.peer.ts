import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { Random } from "../campaigns/random.ts";
import { FIELD_KINDS, USERS_ID } from "../campaigns/round-trip-fields.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

/*
 * Random right bodies, as JSON and as forms with uploads: both servers answer a create, a change and a read
 * with the same status and the same record, times and generated names apart.
 */

const CASES = Number(process.env["RECORD_CASES"] ?? 200);
const SEED = Number(process.env["RECORD_SEED"] ?? Math.floor(Math.random() * 1e9));
const USERS = ["user00000000001", "user00000000002", "user00000000003"];

const FIELDS = FIELD_KINDS.flatMap((kind) => [
  { ...kind, name: `${kind.name}1`, size: 1 },
  ...(kind.isSelectable ? [{ ...kind, name: `${kind.name}3`, size: 3 }] : []),
]);

type Json = Record<string, unknown>;
interface Sent {
  readonly values: Json;
  /** How many new files, by field. */
  readonly uploads: Readonly<Record<string, number>>;
}

let folder: string;
let peer: PocketBaseServer;
let own: TestServer;
let sides: readonly { url: string; token: string }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-peer-records-"));
  peer = await startPocketBase(folder);
  own = await startTestServer();
  sides = [peer, { url: own.url, token: await own.superuserToken() }];
  const fields = FIELDS.map(({ name, options, isSelectable, size }) => ({
    ...options,
    name,
    ...(isSelectable && { maxSelect: size }),
  }));
  const autodate = { type: "autodate", name: "changed", onCreate: true, onUpdate: true };
  await both("POST", "/api/collections", {
    values: { name: "all", type: "base", fields: [...fields, autodate] },
    uploads: {},
  });
  for (const id of USERS) {
    const values = {
      id,
      email: `${id}@example.com`,
      password: "12345678",
      passwordConfirm: "12345678",
    };
    await both("POST", `/api/collections/${USERS_ID}/records`, { values, uploads: {} });
  }
});

afterAll(async () => {
  await own.close();
  await peer.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`random right records get the same answers (RECORD_SEED=${SEED})`, async () => {
  const random = new Random(SEED);
  for (let index = 0; index < CASES; index++) {
    const id = `record${String(index).padStart(9, "0")}`;
    const path = "/api/collections/all/records";
    const created = randomBody(random, 0.7);
    const create = { ...created, values: { ...created.values, id } };
    const requests: [method: string, path: string, sent?: Sent][] = [["POST", path, create]];
    if (random.chance(0.6)) requests.push(["PATCH", `${path}/${id}`, randomBody(random, 0.3)]);
    requests.push(["GET", `${path}/${id}?expand=relation1,relation3`]);
    for (const request of requests) {
      const [theirs, ours] = await both(...request);
      expect({ request, answer: ours }).toEqual({ request, answer: theirs });
      expect(theirs).toMatchObject({ status: 200 });
    }
  }
  expect(await own.app.countRecords("all")).toBe(CASES);
}, 600_000);

function randomBody(random: Random, share: number): Sent {
  const values: Json = {};
  const uploads: Record<string, number> = {};
  for (const { name, value, isSelectable, holdsFiles, size } of FIELDS) {
    if (!random.chance(share)) continue;
    if (holdsFiles) {
      uploads[name] = random.integer(0, size);
      if (uploads[name] === 0) values[name] = size > 1 ? [] : "";
      continue;
    }
    const made = value(random, USERS);
    const list = made as string[];
    values[name] = isSelectable ? (size > 1 ? list.slice(0, size) : (list[0] ?? "")) : made;
  }
  return { values, uploads };
}

function both(method: string, path: string, sent?: Sent): Promise<unknown[]> {
  return Promise.all(sides.map((side) => ask(side, method, path, sent)));
}

async function ask(
  { url, token }: { url: string; token: string },
  method: string,
  path: string,
  sent?: Sent,
): Promise<unknown> {
  const isForm = sent !== undefined && Object.values(sent.uploads).some((count) => count > 0);
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: token, ...(!isForm && { "content-type": "application/json" }) },
    ...(sent && { body: isForm ? formOf(sent) : JSON.stringify(sent.values) }),
  });
  const text = (await answer.text())
    .replace(/(upload_\d)_\w{10}\.txt/g, "$1.txt")
    .replace(/"(changed|created|updated)":"\d{4}-[^"]+Z"/g, '"$1":"TIME"')
    .replace(/"collectionId":"pbc_\d+"/g, '"collectionId":"ID"');
  return { status: answer.status, body: JSON.parse(text) as unknown };
}

function formOf({ values, uploads }: Sent): FormData {
  const form = new FormData();
  form.set("@jsonPayload", JSON.stringify(values));
  for (const [name, count] of Object.entries(uploads)) {
    for (let index = 0; index < count; index++) {
      form.append(name, new File([`content ${index}`], `upload ${index}.txt`));
    }
  }
  return form;
}
