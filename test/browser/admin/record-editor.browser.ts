import { beforeAll, expect, test } from "vitest";
import type { Locator, Page } from "playwright-core";
import { useAdmin } from "./admin.ts";
import { makeAuthors, makeEverything, PNG } from "./everything.ts";

const admin = useAdmin();
const PLACE = "#/collections?collection=everything";

beforeAll(async () => {
  await makeEverything(admin.api);
  await makeAuthors(admin.api);
});

interface Input {
  readonly field: string;
  readonly enter: (field: Locator, page: Page) => Promise<void>;
  /** As the API gives it. */
  readonly stored: unknown;
}

const INPUTS: readonly Input[] = [
  { field: "title", enter: (at) => at.getByLabel("title").fill("A title"), stored: "A title" },
  { field: "amount", enter: (at) => at.getByLabel("amount").fill("12.5"), stored: 12.5 },
  { field: "active", enter: (at) => at.getByRole("switch").click(), stored: true },
  { field: "mail", enter: (at) => at.getByLabel("mail").fill("a@b.co"), stored: "a@b.co" },
  {
    field: "site",
    enter: (at) => at.getByLabel("site").fill("https://b.co"),
    stored: "https://b.co",
  },
  {
    field: "due",
    enter: async (at) => {
      await at.getByText("Local time (UTC)").waitFor();
      await at.getByLabel("due").fill("2026-03-04T05:06:07");
    },
    stored: "2026-03-04 05:06:07.000Z",
  },
  {
    field: "kind",
    enter: async (at, page) => {
      await at.getByRole("combobox").fill("ess");
      await page.keyboard.press("Enter");
    },
    stored: "essay",
  },
  {
    field: "tags",
    enter: async (at, page) => {
      for (const tag of ["blue", "red"]) {
        await at.getByRole("combobox").fill(tag);
        await page.keyboard.press("Enter");
      }
      await page.keyboard.press("Escape");
      await at.getByRole("button", { name: "Move red", exact: true }).press("ArrowLeft");
    },
    stored: ["red", "blue"],
  },
  {
    field: "data",
    enter: (at) => at.getByLabel("data").fill('{"a": [1]}'),
    stored: { a: [1] },
  },
  {
    field: "place",
    enter: async (at) => {
      await at.getByLabel("Latitude").fill("52.5");
      await at.getByLabel("Longitude").fill("13.4");
      await at.getByLabel("Step", { exact: true }).selectOption("0.1°");
      await at.getByRole("button", { name: "North" }).click();
      await at.getByRole("application").press("ArrowRight");
    },
    stored: { lat: 52.6, lon: 13.5 },
  },
  {
    field: "body",
    enter: async (at, page) => {
      await at.getByRole("textbox", { name: "body" }).click();
      await page.keyboard.type("Hello ");
      await at.getByRole("button", { name: "Bold" }).click();
      await page.keyboard.type("world");
    },
    stored: "<p>Hello <b>world</b></p>",
  },
  { field: "secret", enter: (at) => at.getByLabel("secret").fill("s"), stored: "s" },
];

function fieldOf(page: Page, name: string): Locator {
  return page.locator(`.record-field[data-field="${name}"]`);
}

async function openNew(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New record" }).first().click();
  await page.getByRole("dialog", { name: "New record in everything" }).waitFor();
}

async function newest(): Promise<Record<string, unknown>> {
  return (await admin.api.collection("everything").getList(1, 1, { sort: "-@rowid" })).items[0]!;
}

test("every field type has an input whose value is stored", async () => {
  const tab = await admin.open(PLACE, { timezoneId: "UTC" });
  const { page } = tab;
  await openNew(page);
  for (const { field, enter } of INPUTS) await enter(fieldOf(page, field), page);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  const record = await newest();
  for (const { field, stored } of INPUTS) expect(record[field], field).toEqual(stored);
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  // Opened again they are as they were, and nothing counts as changed.
  await page.getByRole("row", { name: "A title" }).click();
  await page.getByRole("textbox", { name: "body" }).getByText("world").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  expect(tab.problems).toEqual([]);
});

test("the server's errors stand at their fields", async () => {
  const { page } = await admin.open(PLACE);
  await openNew(page);
  await page.getByLabel("title", { exact: true }).fill("x".repeat(41));
  await page.getByLabel("mail").fill("nobody");
  await page.getByLabel("amount").fill("-1");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  for (const field of ["title", "mail", "amount"]) {
    await fieldOf(page, field).locator(".g-field-error").waitFor();
  }
  expect(await page.locator(".g-field-error").count()).toBe(3);
});

test("JSON is judged while it is typed, with the place of the mistake", async () => {
  const { page } = await admin.open(PLACE);
  await openNew(page);
  const field = fieldOf(page, "data");
  await field.getByLabel("data").fill('{\n  "a" 1\n}');
  await field.getByText("This is no JSON: line 2, column 7.").waitFor();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  expect(await page.getByRole("dialog").count()).toBe(1);
  await field.getByLabel("data").fill('{"a":1}');
  await field.getByRole("button", { name: "Format" }).click();
  expect(await field.getByLabel("data").inputValue()).toBe('{\n  "a": 1\n}');
});

test("files are dropped, chosen, brought into order, taken away and brought back", async () => {
  const tab = await admin.open(PLACE);
  const { page } = tab;
  await openNew(page);
  await page.getByLabel("title", { exact: true }).fill("With files");
  const cover = fieldOf(page, "cover");
  await cover
    .locator("input")
    .setInputFiles({ name: "cover.png", mimeType: "image/png", buffer: PNG });
  await cover.locator("img").waitFor();
  const papers = fieldOf(page, "papers");
  const dropped = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const name of ["one.txt", "two.txt"]) transfer.items.add(new File([name], name));
    return transfer;
  })()`);
  await papers.locator(".files").dispatchEvent("drop", { dataTransfer: dropped });
  await papers.getByText("two.txt").waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText("Saved.").waitFor();
  const first = await newest();
  expect(first["cover"]).toMatch(/^cover_\w+\.png$/);
  const stored = first["papers"] as string[];
  expect(stored).toHaveLength(2);
  // Order by keyboard, a new file in front, one away and back.
  await papers.locator("input").setInputFiles({
    name: "three.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("three"),
  });
  await papers.getByRole("button", { name: "Move three.txt", exact: true }).press("Home");
  await drag(page, papers, [`Move ${stored[1]}`, `Move ${stored[0]}`]);
  await papers.getByRole("button", { name: `Remove ${stored[0]}` }).click();
  await papers.getByRole("button", { name: "Restore" }).click();
  await cover.getByRole("button", { name: "Remove" }).click();
  await page.keyboard.press("Control+s");
  await expect.poll(async () => (await newest())["papers"]).toHaveLength(3);
  const second = await newest();
  expect(second["cover"]).toBe("");
  await expect
    .poll(async () => (await newest())["papers"])
    .toEqual([expect.stringMatching(/^three_/), stored[1], stored[0]]);
  // A protected file is opened with a token.
  const href = await papers.getByRole("link").first().getAttribute("href");
  expect((await fetch(href!)).status).toBe(200);
  expect(tab.problems).toEqual([]);
});

/** By the mouse, to the upper half of another one. */
async function drag(page: Page, at: Locator, [from, to]: readonly [string, string]): Promise<void> {
  const boxes = [];
  for (const name of [from, to]) {
    const handle = at.getByRole("button", { name, exact: true });
    await handle.scrollIntoViewIfNeeded();
    boxes.push((await handle.boundingBox())!);
  }
  const [start, end] = boxes as [(typeof boxes)[0], (typeof boxes)[0]];
  await page.mouse.move(start!.x + 5, start!.y + 8);
  await page.mouse.down();
  await page.mouse.move(end!.x + 5, end!.y + 4, { steps: 4 });
  await page.mouse.up();
}

test("related records are searched, chosen, made in place and brought into order", async () => {
  const tab = await admin.open(PLACE);
  const { page } = tab;
  await openNew(page);
  await page.getByLabel("title", { exact: true }).fill("With helpers");
  const helpers = fieldOf(page, "helpers");
  await helpers.getByRole("button", { name: "Choose from authors" }).click();
  const picker = page.getByRole("dialog", { name: "helpers" });
  await picker.getByRole("textbox").fill("mary");
  await picker.getByRole("row", { name: "Mary Shelley" }).click();
  await picker.getByRole("textbox").fill("");
  await picker.getByRole("row", { name: "Ada Lovelace" }).click();
  await picker.getByRole("button", { name: "New record" }).click();
  await page
    .getByRole("dialog", { name: "New record in authors" })
    .getByLabel("name")
    .fill("Zadie");
  await page.getByRole("button", { name: "Create", exact: true }).last().click();
  await picker.getByText("3 chosen").waitFor();
  await picker.getByRole("button", { name: "Take these" }).click();
  await helpers.getByText("Zadie").waitFor();
  await helpers.getByRole("button", { name: "Move Zadie" }).press("Home");
  await helpers
    .getByRole("button", { name: /^Remove/ })
    .last()
    .click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Saved.").last().waitFor();
  const { items } = await admin.api
    .collection("everything")
    .getList(1, 1, { sort: "-@rowid", expand: "helpers" });
  const names = (items[0]!.expand!["helpers"] as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(["Zadie", "Mary Shelley"]);
  expect(tab.problems).toEqual([]);
});

test("unsaved changes are not lost silently, not even when the browser is closed", async () => {
  const { page } = await admin.open(PLACE);
  await openNew(page);
  await page.getByLabel("title", { exact: true }).fill("Half a title");
  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
  // The keyboard begins where nothing is lost.
  expect(await page.locator(":focus").textContent()).toBe("Cancel");
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "hidden" });
  expect(await page.getByLabel("title", { exact: true }).inputValue()).toBe("Half a title");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await openNew(page);
  await page.getByRole("button", { name: "Restore them" }).click();
  expect(await page.getByLabel("title", { exact: true }).inputValue()).toBe("Half a title");
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: "Discard" }).click();
  await openNew(page);
  expect(await page.getByText("There are unsaved changes").count()).toBe(0);
});

test("a record is copied, duplicated and deleted", async () => {
  const made = await admin.api
    .collection("everything")
    .create({ title: "Original", papers: [new File(["a"], "a.txt")] });
  const { page, context } = await admin.open(PLACE);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("row", { name: "Original" }).click();
  const menu = async (name: string) => {
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  const copied = () => page.evaluate("navigator.clipboard.readText()");
  await menu("Copy as JSON");
  await expect.poll(copied).toContain('"title": "Original"');
  await menu("Copy as SDK call");
  await expect.poll(copied).toBe(`await pb.collection("everything").getOne("${made.id}");`);
  await menu("Duplicate");
  await page.getByRole("dialog", { name: "New record in everything" }).waitFor();
  await page.getByLabel("title", { exact: true }).fill("Copy");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("row", { name: "Select Copy" }).waitFor();
  expect(await newest()).toMatchObject({ title: "Copy", papers: [] });
  await page.getByRole("row", { name: "Original" }).click();
  await menu("Delete");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("Deleted 1 record.").waitFor();
  await expect.poll(() => page.getByRole("row", { name: "Original" }).count()).toBe(0);
});

test("only what was changed is sent", async () => {
  const made = await admin.api.collection("everything").create({ title: "Two", amount: 1 });
  const { page } = await admin.open(`${PLACE}&record=${made.id}`);
  await page.getByLabel("title", { exact: true }).fill("Two hands");
  await admin.api.collection("everything").update(made.id, { amount: 2 });
  await page.keyboard.press("Control+s");
  await page.getByText("Saved.").waitFor();
  expect(await admin.api.collection("everything").getOne(made.id)).toMatchObject({
    title: "Two hands",
    amount: 2,
  });
});

test("rich text keeps what it has no button for, loads nothing from elsewhere, and has a source", async () => {
  const html = `<p style="color: red">Red</p><img src="https://elsewhere.example/a.png"><script>alert(1)</script>`;
  const made = await admin.api.collection("everything").create({ title: "Held", body: html });
  const tab = await admin.open(`${PLACE}&record=${made.id}`);
  const { page } = tab;
  const area = page.getByRole("textbox", { name: "body", exact: true });
  await area.getByText("Red").click();
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  await page.keyboard.press("Control+s");
  await page.getByText("Saved.").waitFor();
  const { body } = await admin.api.collection("everything").getOne(made.id);
  expect(body).toBe(html.replace("Red", "Red!"));
  await page.getByRole("button", { name: "Source" }).click();
  await page.getByRole("textbox", { name: "Source of body" }).fill("<h2>New</h2>");
  await page.getByRole("button", { name: "Source" }).click();
  await area.getByRole("heading", { name: "New" }).waitFor();
  expect(tab.problems).toEqual([]);
});

test("accounts: password, verified, tokens, mails and what they sign in with elsewhere", async () => {
  const { page } = await admin.open("#/collections?collection=users");
  await page.getByRole("button", { name: "New record" }).first().click();
  const panel = page.getByRole("dialog", { name: "New record in users" });
  await panel.getByLabel("email", { exact: true }).fill("ann@example.com");
  await panel.getByRole("switch", { name: "emailVisibility" }).click();
  await panel.getByRole("switch", { name: "verified" }).click();
  await panel.getByLabel("Password", { exact: true }).fill("1234567890");
  await panel.getByLabel("Password again").fill("123");
  await panel.getByRole("button", { name: "Create", exact: true }).click();
  await panel.getByText("The values are not the same.").waitFor();
  await panel.getByLabel("Password again").fill("1234567890");
  await panel.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  const users = admin.api.collection("users");
  const ann = await users.getFirstListItem('email="ann@example.com"');
  expect(ann).toMatchObject({ verified: true, emailVisibility: true });
  await page.getByRole("row", { name: "ann@example.com" }).click();
  await page.getByText("Change password").click();
  await page.getByRole("button", { name: "Generate and copy" }).click();
  expect(await page.getByLabel("New password").inputValue()).toMatch(/^[\w-]{20}$/);
  await page.getByLabel("New password").fill("abcdefghij");
  await page.getByLabel("Password again").fill("abcdefghij");
  await page.keyboard.press("Control+s");
  const signIn = () =>
    fetch(`${admin.server.url}/api/collections/users/auth-with-password`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ identity: "ann@example.com", password: "abcdefghij" }),
    });
  await expect.poll(async () => (await signIn()).status).toBe(200);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Impersonate" }).click();
  await page.getByRole("button", { name: "Make token" }).click();
  await page.getByText("Copy it now").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Auth providers" }).click();
  await page.getByText("No account elsewhere is linked").waitFor();
});

test("what is typed while a record is saved is saved after it, and a held key makes one record", async () => {
  const { page } = await admin.open(PLACE);
  await page.getByRole("button", { name: "New record" }).first().click();
  const answer = Promise.withResolvers<void>();
  const sent: string[] = [];
  await page.route("**/api/collections/*/records**", async (route) => {
    const method = route.request().method();
    if (method !== "GET") sent.push(method);
    if (method === "POST") await answer.promise;
    await route.continue();
  });
  const title = page.getByRole("dialog").getByLabel("title");
  await title.fill("Early");
  for (let times = 0; times < 3; times++) await page.keyboard.press("Control+s");
  await title.fill("Early and late");
  answer.resolve();
  await expect.poll(async () => (await newest())["title"]).toBe("Early and late");
  expect(await title.inputValue()).toBe("Early and late");
  expect(sent).toEqual(["POST", "PATCH"]);
  await page.getByText("Unsaved changes").waitFor({ state: "detached" });
});

test("what is typed during a save keeps the panel open, unsaved", async () => {
  const { page } = await admin.open(PLACE);
  await page.getByRole("button", { name: "New record" }).first().click();
  const answer = Promise.withResolvers<void>();
  await page.route("**/api/collections/*/records**", async (route) => {
    if (route.request().method() === "POST") await answer.promise;
    await route.continue();
  });
  const title = page.getByRole("dialog").getByLabel("title");
  await title.fill("Sent");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await title.fill("Sent and more");
  answer.resolve();
  await page.getByText("Saved.").waitFor();
  expect((await newest())["title"]).toBe("Sent");
  expect(await title.inputValue()).toBe("Sent and more");
  await page.getByText("Unsaved changes").waitFor();
});
