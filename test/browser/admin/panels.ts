import type { Page } from "playwright-core";
import { codeAt } from "../../auth/extras/authenticator-app.ts";
import { type Admin, EMAIL, PASSWORD } from "./admin.ts";
import { makeEverything } from "./everything.ts";

/** A screen of the first half of the admin pages, or something opened on it. */
export interface Panel {
  readonly name: string;
  /** Where the page is opened. */
  readonly hash: string;
  readonly guest?: boolean;
  /** What is done there until it is seen. */
  readonly open: (page: Page) => Promise<unknown>;
}

/** What a mail's link carries; its signature is nobody's. */
const CLAIMS = {
  collectionId: "_pb_users_auth_",
  email: "old@example.com",
  newEmail: "new@example.com",
};
const OLD_LINK = `x.${Buffer.from(JSON.stringify(CLAIMS)).toString("base64url")}.y`;

/** Who has an authenticator app, unlike the superuser that the tests are. */
const GUARDED = "guarded@example.com";

/** What the panels show: collections of every type, and all additions to auth on. */
export async function preparePanels({ api, server }: Pick<Admin, "api" | "server">): Promise<void> {
  await makeEverything(api);
  const all = await api.collections.getFullList();
  const everything = all.find(({ name }) => name === "everything");
  await api.collections.create({
    name: "overdue",
    type: "view",
    viewQuery: "SELECT id, title, due FROM everything",
  });
  await api.collection("everything").create({ title: "One", kind: "novel", tags: ["red"] });
  await api.collections.update(everything?.id ?? "", {
    listRule: "@request.auth.id != ''",
    viewRule: "",
    indexes: ["CREATE UNIQUE INDEX idx_title ON everything (title)"],
  });
  const on = { enabled: true };
  const extras = { totp: on, passkeys: on, recoveryCodes: on, apiKeys: on };
  const path = "/api/collections/_superusers";
  await api.send(`${path}/auth-extras`, { method: "PATCH", body: extras });
  const key = { name: "Nightly import", collections: ["*"], actions: ["list", "create"] };
  await api.send(`${path}/api-keys`, { method: "POST", body: key });
  const account = { email: GUARDED, password: PASSWORD, passwordConfirm: PASSWORD };
  await api.collection("_superusers").create(account);
  const session = await api.collection("_superusers").getFirstListItem(`email = '${GUARDED}'`);
  const own = await api.collection("_superusers").impersonate(session.id, 600);
  const { secret } = await own.send(`${path}/totp/enroll`, { method: "POST" });
  const body = { code: codeAt(secret, -1) };
  await own.send(`${path}/totp/confirm`, { method: "POST", body });
  await own.send(`${path}/recovery-codes`, { method: "POST", body: { password: PASSWORD } });
  await api.settings.update({ meta: { appURL: server.url.replace("127.0.0.1", "localhost") } });
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Email").fill(GUARDED);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

/** By the palette, which there is at every width. */
async function command(page: Page, text: string): Promise<void> {
  await page.locator("h1").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("option", { name: text }).first().click();
}

async function edit(page: Page, name: string, tab?: string): Promise<void> {
  await command(page, `Edit ${name}`);
  await page.getByRole("dialog", { name: `Edit ${name}` }).waitFor();
  if (tab !== undefined) await page.getByRole("tab", { name: tab }).click();
}

async function openParts(page: Page, names: readonly string[]): Promise<void> {
  await edit(page, "users", "Auth options");
  for (const name of names) {
    await page.locator("summary", { hasText: new RegExp(`^${name}(?:On|Off)?$`) }).click();
  }
}

async function openOwn(page: Page, entry: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${EMAIL}` }).click();
  await page.getByRole("menuitem", { name: entry }).click();
  await page.getByRole("dialog").waitFor();
}

async function restoreNonsense(page: Page): Promise<void> {
  await page.getByLabel("Backup (zip)").setInputFiles({
    name: "a.zip",
    mimeType: "application/zip",
    buffer: Buffer.from("no zip"),
  });
  await page.locator(".g-notice[data-tone=danger]").waitFor();
}

/** Every one that there is; those behind links of mails are tried where the mails are. */
export function panels(installer: string): readonly Panel[] {
  return [...GUEST_PANELS, ...installerPanels(installer), ...SUPERUSER_PANELS, ...EDITOR_PANELS];
}

const GUEST_PANELS: readonly Panel[] = [
  {
    name: "sign-in",
    hash: "#/login",
    guest: true,
    open: (page) => page.getByRole("button", { name: "Sign in with a passkey" }).waitFor(),
  },
  {
    name: "sign-in refused",
    hash: "#/login",
    guest: true,
    open: async (page) => {
      await signIn(page, "wrong");
      await page.locator(".g-notice[data-tone=danger]").waitFor();
    },
  },
  {
    name: "second step",
    hash: "#/login",
    guest: true,
    open: async (page) => {
      await signIn(page, PASSWORD);
      await page.getByText("Step 2 of 2").waitFor();
      await page.keyboard.type("000000");
      await page.keyboard.press("Enter");
      await page.locator(".g-field-error").waitFor();
    },
  },
  {
    name: "second step with a recovery code",
    hash: "#/login",
    guest: true,
    open: async (page) => {
      await signIn(page, PASSWORD);
      await page.getByRole("button", { name: "Use a recovery code" }).click();
      await page.getByLabel("Recovery code").waitFor();
    },
  },
  {
    name: "forgotten password",
    hash: "#/request-password-reset",
    guest: true,
    open: (page) => page.getByRole("button", { name: "Send the link" }).waitFor(),
  },
  {
    name: "new password",
    hash: `#/auth/confirm-password-reset/${OLD_LINK}`,
    guest: true,
    open: async (page) => {
      await page.getByRole("button", { name: "Set password" }).click();
      await page.locator(".g-field-error, .g-notice").first().waitFor();
    },
  },
  {
    name: "new password by a broken link",
    hash: "#/auth/confirm-password-reset/x",
    guest: true,
    open: (page) => page.getByText("The link is invalid").waitFor(),
  },
  {
    name: "verification that failed",
    hash: "#/auth/confirm-verification/x",
    guest: true,
    open: (page) => page.getByText("The link is invalid").waitFor(),
  },
  {
    name: "change of address",
    hash: `#/auth/confirm-email-change/${OLD_LINK}`,
    guest: true,
    open: (page) => page.getByRole("button", { name: "Change address" }).waitFor(),
  },
  {
    name: "installer without a valid link",
    hash: "#/pbinstall/x",
    guest: true,
    open: (page) => page.getByText("npm run superuser").waitFor(),
  },
];

function installerPanels(token: string): Panel[] {
  const hash = `#/pbinstall/${token}`;
  return [
    {
      name: "installer",
      hash,
      guest: true,
      open: (page) => page.getByRole("button", { name: "Restore a backup" }).waitFor(),
    },
    { name: "installer with a bad backup", hash, guest: true, open: restoreNonsense },
  ];
}

const SUPERUSER_PANELS: readonly Panel[] = [
  {
    name: "superusers with an open menu",
    hash: "#/superusers",
    open: (page) => page.getByRole("button", { name: `Actions for ${EMAIL}` }).click(),
  },
  {
    name: "new superuser with errors",
    hash: "#/superusers",
    open: async (page) => {
      await page.getByRole("button", { name: "New superuser" }).click();
      await page.getByLabel("Email").fill(EMAIL);
      await page.keyboard.press("Enter");
      await page.locator(".g-field-error").first().waitFor();
    },
  },
  {
    name: "API token",
    hash: "#/superusers",
    open: async (page) => {
      await openOwn(page, "Token for API use");
      await page.getByRole("button", { name: "Make token" }).click();
      await page.locator(".g-code-block").first().waitFor();
    },
  },
  {
    name: "API keys",
    hash: "#/superusers",
    open: async (page) => {
      await openOwn(page, "API keys");
      await page.getByText("Nightly import").waitFor();
      await page.getByRole("button", { name: "Make key" }).click();
      await page.locator(".g-field-error").waitFor();
    },
  },
  {
    name: "ways to sign in",
    hash: "#/superusers",
    open: async (page) => {
      await openOwn(page, "Ways to sign in");
      await page.getByRole("button", { name: "Set up an app" }).click();
      await page.getByRole("button", { name: "Make new codes" }).click();
      await page.getByLabel("Your present password").waitFor();
    },
  },
  {
    name: "delete a superuser",
    hash: "#/superusers",
    open: async (page) => {
      await page.getByRole("button", { name: `Actions for ${GUARDED}` }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
    },
  },
  {
    name: "palette",
    hash: "#/superusers",
    open: async (page) => {
      await page.locator("h1").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Commands" }).waitFor();
    },
  },
];

const EDITOR_PANELS: readonly Panel[] = [
  {
    name: "new collection",
    hash: "#/collections",
    open: async (page) => {
      await command(page, "New collection");
      await page.getByRole("radio", { name: /Auth collection/ }).check();
    },
  },
  {
    name: "fields",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything");
      for (const name of ["title", "tags", "author"])
        await page.getByRole("button", { name: `Options of ${name}`, exact: true }).click();
    },
  },
  {
    name: "new field",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything");
      await page.getByRole("button", { name: "New field" }).click();
    },
  },
  {
    name: "index",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything");
      await page.getByRole("button", { name: "Edit index title" }).click();
    },
  },
  {
    name: "file and date fields",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything");
      for (const name of ["cover", "created", "due"])
        await page.getByRole("button", { name: `Options of ${name}`, exact: true }).click();
    },
  },
  {
    name: "rules with suggestions",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything", "API rules");
      await page.getByText("Available fields").click();
      const rule = page.getByLabel("List and search", { exact: true });
      await rule.fill("");
      await rule.pressSequentially("@request.au");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "query",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "overdue");
      await page.getByRole("gridcell").first().waitFor();
    },
  },
  {
    name: "ways to sign in of a collection",
    hash: "#/collections",
    open: (page) =>
      openParts(page, [
        "Identity and password",
        "OAuth2 providers",
        "One-time password by mail",
        "Second factor",
      ]),
  },
  {
    name: "additions to auth",
    hash: "#/collections",
    open: (page) =>
      openParts(page, [
        "Authenticator apps",
        "Passkeys",
        "Recovery codes",
        "API keys",
        "Anonymous accounts",
      ]),
  },
  {
    name: "mails and tokens",
    hash: "#/collections",
    open: async (page) => {
      await openParts(page, ["Verification of the address", "Sign-in"]);
      await page.getByLabel("Subject").first().fill("Ours");
      await page.getByRole("button", { name: "End all of them" }).click();
    },
  },
  {
    name: "provider picker",
    hash: "#/collections",
    open: async (page) => {
      await openParts(page, ["OAuth2 providers"]);
      await page.getByRole("button", { name: "Add provider" }).click();
    },
  },
  {
    name: "provider",
    hash: "#/collections",
    open: async (page) => {
      await openParts(page, ["OAuth2 providers"]);
      await page.getByRole("button", { name: "Add provider" }).click();
      await page.getByLabel("Search providers").fill("oidc");
      await page.keyboard.press("Enter");
      await page.getByLabel("Client id").waitFor();
    },
  },
  {
    name: "test mail",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "users", "Auth options");
      await page.getByRole("button", { name: "Send a test mail" }).click();
    },
  },
  {
    name: "changes that lose data",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything");
      await page.getByRole("button", { name: "Actions for title" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
      await page.getByLabel("Name", { exact: true }).fill("all");
      await page.keyboard.press("Control+s");
      await page.getByText("1 record concerned").waitFor();
    },
  },
  {
    name: "unsaved changes",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything");
      await page.getByLabel("Name", { exact: true }).fill("all");
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name: "Discard unsaved changes?" }).waitFor();
    },
  },
  {
    name: "delete a collection",
    hash: "#/collections",
    open: async (page) => {
      await edit(page, "everything");
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Delete collection" }).click();
      await page.getByText("to confirm").waitFor();
    },
  },
];
