import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../../src/auth/oauth2/public-address.ts";
import { downloadFromPublicUrl } from "../../../src/auth/oauth2/safe-download.ts";
import { allowOAuth2, type AuthServer, countEvents, PASSWORD, startAuth } from "../fixture.ts";

const RAW = {
  sub: "p-1",
  name: "Pro Vider",
  preferred_username: "pro",
  email: "user@example.com",
  email_verified: true,
};

function signIn(server: AuthServer, raw: object, more: object = {}, token = "") {
  const code = server.provider.code(raw as Record<string, unknown>);
  return server.post(
    "auth-with-oauth2",
    { provider: "oidc", code, codeVerifier: "v", ...more },
    token,
  );
}

describe("a first sign-in", () => {
  test("makes a verified record, links it and tells what the provider said", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    await server.configure((auth) => {
      auth.oauth2.mappedFields.name = "name";
    });
    const counts = countEvents(
      server.app,
      "onRecordAuthWithOAuth2Request",
      "onRecordCreateRequest",
      "onRecordAuthRequest",
      "onRecordEnrich",
    );
    const { status, body } = await signIn(server, RAW);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["meta", "record", "token"]);
    const meta = body["meta"] as Record<string, unknown>;
    expect(Object.keys(meta)).toEqual([
      "accessToken",
      "avatarURL",
      "avatarUrl",
      "email",
      "expiry",
      "id",
      "isNew",
      "name",
      "rawUser",
      "refreshToken",
      "username",
    ]);
    expect(meta).toMatchObject({
      id: "p-1",
      isNew: true,
      avatarURL: "",
      avatarUrl: "",
      username: "pro",
      rawUser: RAW,
    });
    expect(meta["refreshToken"]).toBe(`refresh-${String(meta["accessToken"])}`);
    expect(Date.parse(String(meta["expiry"]).replace(" ", "T"))).toBeGreaterThan(
      Date.now() + 3_500_000,
    );
    expect(body["record"]).toMatchObject({
      email: "user@example.com",
      verified: true,
      name: "Pro Vider",
    });
    expect(counts).toEqual({
      onRecordAuthWithOAuth2Request: 1,
      onRecordCreateRequest: 1,
      onRecordAuthRequest: 1,
      onRecordEnrich: 2,
    });

    const again = await signIn(server, { ...RAW, email: "changed@example.com" });
    expect(again.body["meta"]).toMatchObject({ isNew: false, email: "changed@example.com" });
    expect(again.body["record"]).toMatchObject({ email: "user@example.com" });
    expect(await server.app.countRecords("_externalAuths")).toBe(1);
  });

  test("lets what the client sends win over the profile, also an address that is not verified then", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    await server.configure((auth) => {
      auth.oauth2.mappedFields = { id: "id", name: "name", username: "", avatarURL: "" };
    });
    const createData = { email: "mine@example.com", name: "Mine", id: "abcdefghijklmno" };
    const { body } = await signIn(server, RAW, { createData });
    expect(body["record"]).toMatchObject({ ...createData, verified: false });
  });

  test("takes a user name only when it fits and is free", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    await server.configure((auth, collection) => {
      collection.fields.push({
        ...collection.findField("name")!,
        id: "text_nick",
        name: "nick",
        max: 5,
      });
      collection.addIndex("idx_nick", true, "`nick` COLLATE NOCASE", "`nick` != ''");
      auth.oauth2.mappedFields.username = "nick";
    });
    const first = await signIn(server, RAW);
    const taken = await signIn(server, {
      ...RAW,
      sub: "p-2",
      email: "b@example.com",
      preferred_username: "PRO",
    });
    const long = await signIn(server, {
      ...RAW,
      sub: "p-3",
      email: "c@example.com",
      preferred_username: "too long",
    });
    expect(
      [first, taken, long].map(({ body }) => (body["record"] as Record<string, unknown>)["nick"]),
    ).toEqual(["pro", "", ""]);
  });

  test("obeys the create rule, in the context oauth2, and shows its refusals at the root", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    await server.configure((_, collection) => {
      collection.createRule = "@request.context = 'oauth2' && @request.body.name != 'nobody'";
    });
    expect((await signIn(server, RAW, { createData: { name: "nobody" } })).body).toMatchObject({
      status: 400,
      message: "Failed to create record.",
    });
    expect((await signIn(server, RAW)).status).toBe(200);
    await server.configure((_, collection) => {
      collection.createRule = null;
    });
    const closed = await signIn(server, { ...RAW, sub: "p-2", email: "b@example.com" });
    expect(closed.body).toMatchObject({
      status: 403,
      message: "Only superusers can perform this action.",
    });
    await server.configure((_, collection) => {
      collection.createRule = "";
    });
    const invalid = await signIn(
      server,
      { ...RAW, sub: "p-3", email: "c@example.com" },
      { createData: { name: "x".repeat(300) } },
    );
    expect(invalid.body).toMatchObject({
      message: "Failed to create record.",
      data: { name: { code: "validation_max_text_constraint" } },
    });
    expect(await server.app.countRecords("users")).toBe(1);
  });

  test("fails as a whole without an id of the provider", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    const { body } = await signIn(server, { ...RAW, sub: "" });
    expect(body).toMatchObject({
      status: 400,
      message: "Failed to authenticate.",
      data: { providerId: { code: "validation_required" } },
    });
    expect(await server.app.countRecords("users")).toBe(0);
  });

  test("does not fetch a picture from inside, and goes on without it", async () => {
    const server = await startAuth();
    server.app.logger.warn = () => undefined;
    await allowOAuth2(server);
    await server.configure((auth) => {
      auth.oauth2.mappedFields.avatarURL = "avatar";
    });
    const { body } = await signIn(server, {
      ...RAW,
      picture: `${server.provider.url}/picture.png`,
    });
    expect(body["record"]).toMatchObject({ avatar: "" });
    expect(server.provider.requests.map(({ path }) => path)).not.toContain("/picture.png");
  });
});

describe("an existing record", () => {
  test("is linked to whoever is signed in to it", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    const user = await server.user({ email: "else@example.com", verified: true });
    const { body } = await server.signIn("else@example.com");
    const linked = await signIn(server, RAW, {}, String(body["token"]));
    expect(linked.body["record"]).toMatchObject({ id: user.id, email: "else@example.com" });
    expect((await signIn(server, RAW)).body["record"]).toMatchObject({ id: user.id });
    expect((await server.signIn("else@example.com", PASSWORD)).status).toBe(200);
  });

  test("gets the provider's address when it has none", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    await server.configure((_, collection) => {
      collection.findField("email")!["required"] = false;
    });
    const first = await signIn(server, { ...RAW, email_verified: false });
    expect(first.body["record"]).toMatchObject({ email: "", verified: true });
    const second = await signIn(server, RAW);
    expect(second.body["record"]).toMatchObject({ email: "user@example.com", verified: true });
  });
});

describe("the form", () => {
  test("names what is wrong with it", async () => {
    const server = await startAuth();
    await allowOAuth2(server);
    const message = "An error occurred while loading the submitted data.";
    expect((await server.post("auth-with-oauth2", { provider: "google" })).body).toMatchObject({
      message,
      data: {
        provider: { code: "validation_invalid_provider", params: { name: "google" } },
        code: { code: "validation_required" },
      },
    });
    expect((await server.post("auth-with-oauth2", { provider: 7 })).body).toMatchObject({
      message,
      data: {},
    });
    expect((await signIn(server, RAW, { createData: [] })).body).toMatchObject({
      message,
      data: {},
    });
  });

  test("is refused while OAuth2 is off", async () => {
    const server = await startAuth();
    expect((await server.post("auth-with-oauth2", {})).body).toMatchObject({
      status: 403,
      message: "The collection is not configured to allow OAuth2 authentication.",
    });
  });

  test("sends the verifier only to providers with PKCE, and the secret in the header first", async () => {
    const server = await startAuth();
    await allowOAuth2(server, "oidc", { pkce: false });
    await signIn(server, RAW, { redirectUrl: "https://app.example/old-spelling" });
    const form = new URLSearchParams(server.provider.requests[0]!.body);
    expect([...form.keys()]).toEqual(["code", "grant_type", "redirect_uri"]);
    expect(form.get("redirect_uri")).toBe("https://app.example/old-spelling");
    await allowOAuth2(server, "oidc", { pkce: true, clientSecret: "wrong" });
    const refused = await signIn(server, RAW);
    expect(refused.body).toMatchObject({ message: "Failed to fetch OAuth2 token." });
    const [header, body] = server.provider.requests
      .filter(({ path }) => path === "/token")
      .slice(-2);
    expect([
      header!.headers.authorization === undefined,
      body!.headers.authorization === undefined,
    ]).toEqual([false, true]);
    expect(new URLSearchParams(body!.body).get("code_verifier")).toBe("v");
  });
});

describe("a picture", () => {
  test.for([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "fe80::1",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "not an address",
    "",
  ])("is not fetched from %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.for(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1"])(
    "is fetched from %s",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.for([
    "http://localhost/x",
    "http://127.0.0.1/x",
    "http://[::1]/x",
    "http://0x7f.1/x",
    "http://2130706433/x",
    "http://[::ffff:127.0.0.1]/x",
    "file:///etc/passwd",
    "ftp://8.8.8.8/x",
  ])("is not asked for at %s", async (url) => {
    await expect(downloadFromPublicUrl(url)).rejects.toThrow(
      /not one of the open internet|unsupported protocol/,
    );
  });

  test("is bounded in size, and every redirect is checked again", async () => {
    const server = createServer((request, response) => {
      if (request.url === "/big") response.end(Buffer.alloc(2000));
      else if (request.url === "/loop") response.writeHead(302, { location: "/loop" }).end();
      else if (request.url === "/inside")
        response.writeHead(302, { location: "http://10.0.0.1/x" }).end();
      else if (request.url === "/moved") response.writeHead(301, { location: "/ok" }).end();
      else if (request.url === "/gone") response.writeHead(404).end();
      else response.end("picture");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const at = (path: string) => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
      return downloadFromPublicUrl(url, {
        allows: (address) => address === "127.0.0.1",
        limit: 1000,
      });
    };
    expect((await at("/moved")).toString()).toBe("picture");
    await expect(at("/big")).rejects.toThrow(/more than 1000 bytes/);
    await expect(at("/loop")).rejects.toThrow(/too many redirects/);
    await expect(at("/inside")).rejects.toThrow(/10\.0\.0\.1 is not one/);
    await expect(at("/gone")).rejects.toThrow(/404/);
    server.closeAllConnections();
    server.close();
  });
});
