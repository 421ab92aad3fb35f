import type { Page } from "playwright-core";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type AuthServer, PASSWORD, startAuth } from "../auth/fixture.ts";
import { type OidcProvider, startOidcProvider } from "../auth/oauth2/oidc-provider.ts";
import { type Tab, useBrowser } from "./browser.ts";
import { publicPage } from "./public-page.ts";

// The page is pages/oauth2.html: the official SDK's `authWithOAuth2` behind a button.

/** What the provider says of everybody. */
const EMAIL = "oidc@example.com";

const browser = useBrowser();
let server: AuthServer;
let provider: OidcProvider;
let tab: Tab;

beforeEach(async () => {
  server = await startAuth({ publicDir: publicPage("oauth2") });
  provider = await startOidcProvider([`${server.url}/api/oauth2-redirect`]);
  onTestFinished(() => provider.close());
  await server.configure((auth) => {
    auth.oauth2.enabled = true;
    auth.oauth2.mappedFields.name = "name";
    const { url, client } = provider;
    const endpoints = {
      authURL: `${url}/auth`,
      tokenURL: `${url}/token`,
      userInfoURL: `${url}/me`,
    };
    const oidc = { name: "oidc", displayName: "", pkce: null, extra: null };
    auth.oauth2.providers = [{ ...oidc, ...client, ...endpoints }];
  });
  tab = await openPage();
});

async function openPage(): Promise<Tab> {
  const opened = await browser.newTab();
  // The provider's pages ask for a font of the internet.
  await opened.context.route("https://fonts.googleapis.com/**", (route) => route.abort("aborted"));
  await opened.page.goto(server.url);
  return opened;
}

/** Presses the button, and gives the window of the provider that opens. */
async function openProvider(): Promise<Page> {
  const [popup] = await Promise.all([tab.page.waitForEvent("popup"), tab.page.click("button")]);
  return popup;
}

/** Logs in there and agrees. */
async function agree(popup: Page, subject: string): Promise<void> {
  await popup.fill("[name=login]", subject);
  await popup.fill("[name=password]", "x");
  await popup.click("[type=submit]");
  await popup.click("text=Continue");
}

interface Outcome {
  readonly record?: Record<string, unknown>;
  readonly meta?: Record<string, unknown>;
  readonly status?: number;
  readonly reason?: string;
}

async function signIn(subject: string): Promise<Outcome> {
  await agree(await openProvider(), subject);
  return outcome();
}

function outcome(): Promise<Outcome> {
  return tab.page.evaluate("outcome");
}

/** Where the redirect sent the provider's window. */
async function redirectedTo(work: () => Promise<unknown>): Promise<string> {
  const answer = tab.context.waitForEvent("response", (response) =>
    response.url().startsWith(`${server.url}/api/oauth2-redirect`),
  );
  await work();
  return (await (await answer).headerValue("location")) ?? "";
}

test("who agrees gets a new account and is signed in", async () => {
  expect(await redirectedTo(() => signIn("subject-1"))).toBe("../_/#/auth/oauth2-redirect-success");
  const { record, meta } = await outcome();
  expect(record).toMatchObject({ email: EMAIL, verified: true, name: "Open Id" });
  expect(meta).toMatchObject({ isNew: true, id: "subject-1", username: "openid" });
  expect(await tab.page.evaluate("users.authRefresh().then(({ record }) => record.id)")).toBe(
    record!["id"],
  );
  // Nothing is left open of what waited for the code.
  expect(await tab.page.evaluate("pb.realtime.isConnected")).toBe(false);
  expect(tab.problems.filter((problem) => !problem.includes(provider.url))).toEqual([]);
});

test("who comes again gets the same account", async () => {
  const first = await signIn("subject-1");
  tab = await openPage();
  const again = await signIn("subject-1");
  expect(again.meta).toMatchObject({ isNew: false });
  expect(again.record?.["id"]).toBe(first.record?.["id"]);
});

test("who has the address already gets that account, with its password", async () => {
  const user = await server.user({ email: EMAIL, verified: true });
  const { record, meta } = await signIn("subject-1");
  expect(meta).toMatchObject({ isNew: false });
  expect(record).toMatchObject({ id: user.id });
  const links = "users.listExternalAuths(pb.authStore.record.id)";
  expect(await tab.page.evaluate(links)).toMatchObject([
    { provider: "oidc", providerId: "subject-1", recordRef: user.id },
  ]);
  expect((await server.signIn(EMAIL)).status).toBe(200);
});

test("who has an unverified account of that address gets it, and its password ends", async () => {
  const user = await server.user({ email: EMAIL });
  const { record } = await signIn("subject-1");
  expect(record).toMatchObject({ id: user.id, verified: true });
  expect((await server.signIn(EMAIL)).status).toBe(400);
});

test("who is signed in links the provider to the account, whatever its address", async () => {
  const user = await server.user({ email: "mine@example.com", verified: true });
  await tab.page.evaluate(`users.authWithPassword("mine@example.com", "${PASSWORD}")`);
  const { record, meta } = await signIn("subject-1");
  expect(meta).toMatchObject({ isNew: false, email: EMAIL });
  expect(record).toMatchObject({ id: user.id, email: "mine@example.com" });
});

test("who declines is told so and signed in as nobody", async () => {
  const popup = await openProvider();
  const location = await redirectedTo(() => popup.click("text=Cancel"));
  expect(location).toBe("../_/#/auth/oauth2-redirect-failure");
  expect(await outcome()).toMatchObject({
    reason: expect.stringContaining("access_denied") as string,
  });
  expect(await tab.page.evaluate("pb.authStore.isValid")).toBe(false);
  expect(await server.app.countRecords("users")).toBe(0);
});

test("a redirect that nobody waits for fails, and disturbs nobody who waits", async () => {
  const popup = await openProvider();
  const other = await browser.newTab();
  await other.page.goto(`${server.url}/api/oauth2-redirect?state=someone&code=stolen`);
  expect(other.page.url()).toContain("oauth2-redirect-failure");
  await agree(popup, "subject-1");
  expect((await outcome()).record).toMatchObject({ email: EMAIL });
});
