/**
 * Every call that PocketBase's admin UI makes, once, as it makes it, with what PocketBase answers. The UI
 * itself is driven by `npm run test:official-ui`.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { installerToken } from "../../src/auth/superusers.ts";
import {
  type Mailbox,
  startMailbox,
  startTestServer,
  type TestServer,
} from "../../src/testing/index.ts";

const PASSWORD = "1234567890";

let server: TestServer;
let mailbox: Mailbox;
let token: string;
/** What calls leave for later ones. */
const kept: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer();
  mailbox = await startMailbox();
  kept["installer"] = (await installerToken(server.app)) ?? "";
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

interface Call {
  /** Method and path; `{name}` stands for something kept. */
  readonly line: string;
  readonly body?: () => unknown;
  readonly status?: number;
  /** Parts of the answer. */
  readonly answer?: unknown;
  readonly keep?: (answer: Record<string, unknown>) => void | Promise<void>;
}

const json = (value: unknown) => () => value;
const RECORDS = "/api/collections/notes/records";
const ROOT = "/api/collections/_superusers";
const LIST =
  "page=1&perPage=40&skipTotal=1&sort=-%40rowid&fields=*%2Cexpand.*%2Cbody%3Aexcerpt(200%2Ctrue)&expand=owner";

const CALLS: readonly Call[] = [
  // The installer, the sign-in and what every page begins with.
  {
    line: `POST ${ROOT}/records`,
    body: json({ email: "root@example.com", password: PASSWORD, passwordConfirm: PASSWORD }),
    answer: { email: "root@example.com" },
    keep: ({ id }) => void (kept["root"] = String(id)),
  },
  { line: `GET ${ROOT}/auth-methods`, answer: { password: { enabled: true } } },
  {
    line: `POST ${ROOT}/auth-with-password`,
    body: json({ identity: "root@example.com", password: PASSWORD }),
    answer: { token: expect.any(String) },
    keep: (answer) => void (token = String(answer["token"])),
  },
  { line: `POST ${ROOT}/auth-refresh`, answer: { record: { email: "root@example.com" } } },
  { line: "GET /api/collections/meta/scaffolds", answer: { auth: { type: "auth" } } },
  {
    line: "GET /api/collections?page=1&perPage=1000&skipTotal=1",
    answer: {
      totalItems: -1,
      items: expect.arrayContaining([expect.objectContaining({ name: "users" })]),
    },
  },
  { line: "GET /api/settings", answer: { meta: { appName: "Acme" } } },
  {
    line: "GET /api/collections/meta/oauth2-providers",
    answer: expect.arrayContaining([
      { name: "github", displayName: "GitHub", logo: expect.stringContaining("<svg") },
    ]),
  },
  {
    line: "GET /api/health",
    answer: { code: 200, data: { canBackup: true, realIP: "127.0.0.1" } },
  },
  // Settings and mails.
  {
    line: "PATCH /api/settings",
    body: () => ({ smtp: mailbox.settings, batch: { enabled: true } }),
    answer: { smtp: { enabled: true }, batch: { enabled: true } },
  },
  {
    line: "POST /api/settings/test/email",
    body: json({ collection: "_superusers", email: "to@example.com", template: "email-change" }),
    status: 204,
  },
  {
    line: "POST /api/settings/test/s3",
    body: json({ filesystem: "storage" }),
    status: 400,
    answer: { data: {} },
  },
  // Collections.
  {
    line: "POST /api/collections",
    body: json({
      name: "notes",
      type: "base",
      fields: [
        { name: "title", type: "text", required: true },
        { name: "body", type: "editor" },
        { name: "paper", type: "file", protected: true },
        { name: "owner", type: "relation", collectionId: "_pb_users_auth_", maxSelect: 1 },
      ],
    }),
    answer: { name: "notes", listRule: null },
    keep: ({ id }) => void (kept["notes"] = String(id)),
  },
  {
    line: "PATCH /api/collections/{notes}",
    body: json({ listRule: "title = 'a'" }),
    answer: { listRule: "title = 'a'" },
  },
  {
    line: "POST /api/collections/meta/dry-run-view",
    body: json({ query: "select id, title from notes" }),
    answer: { sample: [], fields: [{ name: "id" }, { name: "title" }] },
  },
  {
    line: "PUT /api/collections/import",
    body: json({
      collections: [{ id: "pbc_imported1", name: "imported", type: "base" }],
      deleteMissing: false,
    }),
    status: 204,
  },
  { line: "DELETE /api/collections/pbc_imported1", status: 204 },
  // Records and files.
  {
    line: "POST /api/collections/users/records",
    body: json({ email: "ann@example.com", password: PASSWORD, passwordConfirm: PASSWORD }),
    keep: ({ id }) => void (kept["ann"] = String(id)),
  },
  {
    line: `POST ${RECORDS}`,
    body: () => {
      const form = new FormData();
      form.append("title", "a");
      form.append("body", "<p>Long <b>text</b></p>");
      form.append("owner", kept["ann"]!);
      form.append("paper", new Blob(["secret"], { type: "text/plain" }), "paper.txt");
      return form;
    },
    answer: { paper: expect.stringMatching(/^paper_\w{10}\.txt$/) },
    keep: ({ id, paper }) => void Object.assign(kept, { note: id, paper }),
  },
  {
    line: `GET ${RECORDS}?${LIST}`,
    answer: {
      totalItems: -1,
      items: [{ body: "Long text", expand: { owner: { email: "ann@example.com" } } }],
    },
  },
  { line: `GET ${RECORDS}?page=1&perPage=1&fields=id`, answer: { totalItems: 1 } },
  {
    line: `GET ${RECORDS}?page=1&perPage=40&filter=title%3F~%22A%22%7C%7Cbody%3F~%22A%22`,
    answer: { items: [{ title: "a" }] },
  },
  { line: `GET ${RECORDS}/{note}`, answer: { title: "a" } },
  {
    // The UI sends the whole record back.
    line: `PATCH ${RECORDS}/{note}`,
    body: () => ({
      id: kept["note"],
      title: "b",
      collectionId: "x",
      collectionName: "y",
      paper: [kept["paper"]],
    }),
    answer: { title: "b", collectionName: "notes" },
  },
  {
    line: "POST /api/files/token",
    answer: { token: expect.any(String) },
    keep: (answer) => void (kept["fileToken"] = String(answer["token"])),
  },
  { line: "GET /api/files/notes/{note}/{paper}?token={fileToken}&thumb=100x100" },
  { line: `DELETE ${RECORDS}/{note}`, status: 204 },
  { line: "DELETE /api/collections/notes/truncate", status: 204 },
  // Accounts.
  {
    line: "GET /api/collections/_externalAuths/records?filter=collectionRef%3D%22x%22%26%26recordRef%3D%22y%22&perPage=1000&skipTotal=1",
    answer: { items: [] },
  },
  {
    line: "POST /api/collections/users/impersonate/{ann}",
    body: json({ duration: 60 }),
    answer: { record: { email: "ann@example.com" }, token: expect.any(String) },
  },
  {
    line: "POST /api/collections/users/request-verification",
    body: json({ email: "ann@example.com" }),
    status: 204,
    keep: () => keepFromMail("verification", /confirm-verification\/([\w.-]+)/),
  },
  {
    line: "POST /api/collections/_pb_users_auth_/confirm-verification",
    body: () => ({ token: kept["verification"] }),
    status: 204,
  },
  {
    line: "POST /api/collections/users/request-password-reset",
    body: json({ email: "ann@example.com" }),
    status: 204,
    keep: () => keepFromMail("reset", /confirm-password-reset\/([\w.-]+)/),
  },
  {
    line: "POST /api/collections/_pb_users_auth_/confirm-password-reset",
    body: () => ({ token: kept["reset"], password: "abcdefghij", passwordConfirm: "abcdefghij" }),
    status: 204,
  },
  {
    line: `POST ${ROOT}/request-password-reset`,
    body: json({ email: "nobody@example.com" }),
    status: 204,
  },
  {
    line: "PATCH /api/collections/_superusers",
    body: json({ otp: { enabled: true }, mfa: { enabled: true } }),
  },
  {
    line: `POST ${ROOT}/request-otp`,
    body: json({ email: "root@example.com" }),
    answer: { otpId: expect.any(String) },
    keep: async (answer) => {
      kept["otpId"] = String(answer["otpId"]);
      await keepFromMail("code", /\b(\d{8})\b/);
    },
  },
  {
    line: `POST ${ROOT}/auth-with-password`,
    body: json({ identity: "root@example.com", password: PASSWORD }),
    status: 401,
    answer: { mfaId: expect.any(String) },
    keep: (answer) => void (kept["mfaId"] = String(answer["mfaId"])),
  },
  {
    line: `POST ${ROOT}/auth-with-otp`,
    body: () => ({ otpId: kept["otpId"], password: kept["code"], mfaId: kept["mfaId"] }),
    answer: { token: expect.any(String) },
  },
  // Realtime, for pages that use the SDK.
  {
    line: "POST /api/realtime",
    body: json({ clientId: "missing", subscriptions: [] }),
    status: 404,
  },
  // Backups, crons, logs, SQL.
  { line: "POST /api/backups", body: json({ name: "one.zip" }), status: 204 },
  { line: "GET /api/backups", answer: [{ key: "one.zip" }] },
  { line: "GET /api/backups/one.zip?token={fileToken}" },
  { line: "DELETE /api/backups/one.zip", status: 204 },
  { line: "POST /api/backups/missing.zip/restore", status: 400 },
  {
    line: "GET /api/crons",
    answer: expect.arrayContaining([{ id: "__pbDBOptimize__", expression: "0 0 * * *" }]),
  },
  { line: "POST /api/crons/__pbDBOptimize__", status: 204 },
  {
    line: "GET /api/logs?page=1&perPage=50&skipTotal=1&sort=-%40rowid&filter=(data.auth!%3D'_superusers')",
    answer: { totalItems: -1 },
  },
  { line: "GET /api/logs/stats", answer: expect.any(Array) },
  { line: "GET /api/logs/missing", status: 404 },
  { line: "DELETE /api/logs", status: 204 },
  {
    line: "POST /api/sql",
    body: json({ query: "select email from _superusers" }),
    answer: { columns: [{ name: "email" }], rows: [["root@example.com"]] },
  },
  // The page itself.
  { line: "GET /_/" },
  { line: "GET /_/extensions.js" },
];

test.for(CALLS.map((call, at) => [`${at + 1}. ${call.line.replace(/\?.*/, "")}`, call] as const))(
  "%s",
  async ([, call]) => {
    const { status, answer } = await send(call);
    expect(status, JSON.stringify(answer)).toBe(call.status ?? 200);
    expect(answer).toEqual(matching(call.answer));
    await call.keep?.(answer as Record<string, unknown>);
  },
);

const ANYTHING: unknown = expect.anything();

/** Objects may have more keys than are named. */
function matching(part: unknown): unknown {
  if (part === undefined) return ANYTHING;
  if (Array.isArray(part)) return part.map(matching);
  if (typeof part !== "object" || part === null || "asymmetricMatch" in part) return part;
  const entries = Object.entries(part).map(([key, value]) => [key, matching(value)]);
  return expect.objectContaining(Object.fromEntries(entries));
}

/** From the newest mail that has it. */
async function keepFromMail(name: string, pattern: RegExp): Promise<void> {
  const find = () => mailbox.mails.map(({ text }) => pattern.exec(text)?.[1]).findLast(Boolean);
  await expect.poll(find).toBeDefined();
  kept[name] = find()!;
}

async function send({ line, body }: Call): Promise<{ status: number; answer: unknown }> {
  const [method = "", path = ""] = line.split(" ");
  const value = body?.();
  const isForm = value instanceof FormData;
  const response = await fetch(
    server.url + path.replaceAll(/\{(\w+)\}/g, (_, name) => kept[name]!),
    {
      method,
      headers: {
        "x-request-source": "pbui",
        Authorization: token ?? kept["installer"]!,
        ...(value !== undefined && !isForm && { "Content-Type": "application/json" }),
      },
      ...(value !== undefined && { body: isForm ? value : JSON.stringify(value) }),
    },
  );
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return {
    status: response.status,
    answer: isJson ? await response.json() : await response.text(),
  };
}
