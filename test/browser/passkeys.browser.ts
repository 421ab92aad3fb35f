import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { codeAt } from "../auth/extras/authenticator-app.ts";
import { type ExtrasServer, startExtras } from "../auth/extras/fixture.ts";
import { PASSWORD } from "../auth/fixture.ts";
import { type Tab, useBrowser } from "./browser.ts";
import { publicPage } from "./public-page.ts";
import { VirtualAuthenticator } from "./virtual-authenticator.ts";

// The functions that the tests call in the page are those of pages/passkeys.html.

const EMAIL = "user@example.com";
const BY_PASSWORD = `users.authWithPassword("${EMAIL}", "${PASSWORD}")`;

const browser = useBrowser();

/** What came of a call: a value, the status of the server's refusal, or the name of the browser's. */
interface Told {
  readonly value?: unknown;
  readonly status?: number;
  readonly refusedBy?: string;
}

interface World extends ExtrasServer {
  readonly tab: Tab;
  readonly authenticator: VirtualAuthenticator;
  told(call: string): Promise<Told>;
}

/** A server and its page at http://localhost, which is signed in with the password. */
async function startWorld(authenticator: object = {}): Promise<World> {
  const server = await startExtras({}, { publicDir: publicPage("passkeys") });
  const origin = originOf(server, "localhost");
  await server.turn({ passkeys: { enabled: true, rpId: "localhost", origins: [origin] } });
  await server.user({ verified: true });
  const tab = await browser.newTab();
  await tab.page.goto(origin);
  await tab.page.evaluate(BY_PASSWORD);
  return {
    ...server,
    tab,
    authenticator: await VirtualAuthenticator.plugIn(tab, authenticator),
    told: (call) => tell(tab.page, call),
  };
}

function originOf(server: { readonly url: string }, host: string): string {
  return `http://${host}:${new URL(server.url).port}`;
}

function tell(page: Page, call: string): Promise<Told> {
  return page.evaluate(`told(${call})`);
}

const ENTERED = { value: { record: { email: EMAIL } } };
const REFUSED = { status: 400 };

test("a passkey is made, signs in, and is good for nothing once it is removed", async () => {
  const { tab, told } = await startWorld();
  expect(await told("register()")).toMatchObject({ value: { name: "laptop", lastUsed: "" } });
  await tab.page.evaluate("pb.authStore.clear()");
  expect(await told("signIn()")).toMatchObject(ENTERED);
  await tab.page.evaluate("signIn().then(({ token }) => pb.authStore.save(token))");
  expect(await told("users.authRefresh()")).toMatchObject(ENTERED);
  expect(tab.problems).toEqual([]);

  const remove = `pb.send("/api/collections/users/passkeys").then(({ items }) =>
    pb.send("/api/collections/users/passkeys/" + items[0].id, { method: "DELETE" }))`;
  expect(await told(remove)).toEqual({ value: {} });
  expect(await told("signIn()")).toEqual(REFUSED);
});

test("an authenticator makes one passkey for an account, not two", async () => {
  const { authenticator, told } = await startWorld();
  await told("register()");
  expect(await told("register()")).toEqual({ refusedBy: "InvalidStateError" });
  expect(await authenticator.passkeys()).toHaveLength(1);
});

test("what the authenticator holds does not say whose it is", async () => {
  const { authenticator, tab, told } = await startWorld();
  await told("register()");
  const id = String(await tab.page.evaluate("pb.authStore.record.id"));
  const [held] = await authenticator.passkeys();
  const handle = Buffer.from(held!.userHandle!, "base64");
  expect(handle).toHaveLength(32);
  expect(handle.toString("latin1")).not.toContain(id);
  expect(held).toMatchObject({ isResidentCredential: true, rpId: "localhost" });
});

test.for([
  { hasResidentKey: false },
  { hasUserVerification: false, isUserVerified: false },
  { protocol: "u2f", transport: "usb", hasResidentKey: false, hasUserVerification: false },
])("an authenticator that cannot do what is asked for makes none: %j", async (change) => {
  const { told } = await startWorld(change);
  expect(await told("register({ timeout: 1000 })")).toEqual({ refusedBy: "NotAllowedError" });
});

test("a page cannot do without the owner's proof", async () => {
  const { authenticator, told } = await startWorld();
  await told("register()");
  await authenticator.verifyUser(false);
  expect(await told(`signIn({ userVerification: "discouraged" })`)).toEqual(REFUSED);
  await authenticator.verifyUser(true);
  expect(await told("signIn()")).toMatchObject(ENTERED);
});

test("a passkey is the second step after the password, and the password after a passkey", async () => {
  const { configure, tab, told } = await startWorld();
  await told("register()");
  await configure((auth) => {
    auth.otp.enabled = true;
    auth.mfa.enabled = true;
  });
  const mfaId = await tab.page.evaluate(`firstStep(${BY_PASSWORD})`);
  expect(await told(`signIn({ mfaId: "${String(mfaId)}" })`)).toMatchObject(ENTERED);
  // Each session opens once.
  expect(await told(`signIn({ mfaId: "${String(mfaId)}" })`)).toEqual(REFUSED);

  const other = await tab.page.evaluate("firstStep(signIn())");
  expect(await told(`signIn({ mfaId: "${String(other)}" })`)).toEqual(REFUSED);
  const second = `users.authWithPassword("${EMAIL}", "${PASSWORD}", { mfaId: "${String(other)}" })`;
  expect(await told(second)).toMatchObject(ENTERED);
});

test("a passkey takes the place of the code where an authenticator app is set up", async () => {
  const { ask, post, turn, tab, told } = await startWorld();
  await turn({ totp: { enabled: true } });
  await told("register()");
  const token = String(await tab.page.evaluate("pb.authStore.token"));
  const { body } = await post("totp/enroll", {}, token);
  await post("totp/confirm", { code: codeAt(String(body["secret"])) }, token);
  const mfaId = String(await tab.page.evaluate(`firstStep(${BY_PASSWORD})`));
  const asked = await ask("POST /api/collections/users/passkeys/auth-options", { body: { mfaId } });
  expect(asked.body["allowCredentials"]).toMatchObject([{ transports: ["internal"] }]);
  expect(await told(`signIn({ mfaId: "${mfaId}" })`)).toMatchObject(ENTERED);
});

describe("a page of another origin", () => {
  test("gets nobody in with a passkey that the browser lets it use", async () => {
    const { post, tab, told } = await startWorld();
    await told("register()");
    const elsewhere = await startExtras({}, { publicDir: publicPage("passkeys") });
    const options = (await post("passkeys/auth-options")).body;
    await tab.page.goto(originOf(elsewhere, "localhost"));
    // A passkey knows its host, not the port.
    const response = await tab.page.evaluate(`get(${JSON.stringify(options)})`);
    expect(response).toMatchObject({ type: "public-key" });
    expect(await post("auth-with-passkey", { response })).toMatchObject(REFUSED);
  });

  test("registers none", async () => {
    const { post, tab } = await startWorld();
    const token = String(await tab.page.evaluate("pb.authStore.token"));
    const elsewhere = await startExtras({}, { publicDir: publicPage("passkeys") });
    const options = (await post("passkeys/register-options", {}, token)).body;
    await tab.page.goto(originOf(elsewhere, "localhost"));
    const response = await tab.page.evaluate(`create(${JSON.stringify(options)})`);
    const made = await post("passkeys", { name: "laptop", response }, token);
    expect(made).toMatchObject(REFUSED);
  });
});

describe("a passkey for another host", () => {
  test("is not made by the browser for a page that is not there", async () => {
    const { told } = await startWorld();
    const rp = { id: "example.com", name: "Example" };
    expect(await told(`register({ rp: ${JSON.stringify(rp)} })`)).toEqual({
      refusedBy: "SecurityError",
    });
  });

  test("is not taken by the server", async () => {
    const { tab, told, turn, ...server } = await startWorld();
    const [own, other] = ["localhost", "app.localhost"].map((host) => originOf(server, host));
    await turn({ passkeys: { origins: [own, other] } });
    await tab.page.goto(other!);
    await tab.page.evaluate(BY_PASSWORD);
    const change = `{ rp: { id: "app.localhost", name: "App" } }`;
    expect(await told(`register(${change})`)).toEqual(REFUSED);

    await turn({ passkeys: { rpId: "app.localhost" } });
    expect(await told("register()")).toMatchObject({ value: { name: "laptop" } });
    expect(await told("signIn()")).toMatchObject(ENTERED);
    await turn({ passkeys: { rpId: "localhost" } });
    expect(await told(`signIn({ rpId: "app.localhost" })`)).toEqual(REFUSED);
  });
});

test("a signature is good once", async () => {
  const { tab, told } = await startWorld();
  await told("register()");
  const response = JSON.stringify(await tab.page.evaluate("sign()"));
  expect(await told(`enter(${response})`)).toMatchObject(ENTERED);
  expect(await told(`enter(${response})`)).toEqual(REFUSED);
});

test("a copy of a passkey is found out by its count", async () => {
  const { authenticator, told } = await startWorld();
  await told("register()");
  const [copy] = await authenticator.passkeys();
  for (let count = 0; count < 3; count++) expect(await told("signIn()")).toMatchObject(ENTERED);
  const [original] = await authenticator.passkeys();
  expect(original!.signCount).toBeGreaterThan(copy!.signCount);

  await authenticator.hold(copy!);
  expect(await told("signIn()")).toEqual(REFUSED);
  await authenticator.hold(original!);
  expect(await told("signIn()")).toMatchObject(ENTERED);
});
