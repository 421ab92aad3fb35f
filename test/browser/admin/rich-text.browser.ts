import { beforeAll, expect, test } from "vitest";
import { useAdmin } from "./admin.ts";
import { makeEverything, PNG } from "./everything.ts";
import { paste, useRecords } from "./records.ts";

const admin = useAdmin();
const { makeRecord, openRecord, stored } = useRecords(admin);

beforeAll(async () => {
  await makeEverything(admin.api);
});

test("rich text: a link is set, changed and taken away; a picture of the record is put in", async () => {
  const cover = new File([PNG], "cover.png", { type: "image/png" });
  const id = await makeRecord({ title: "Rich", body: "<p>word</p>", cover });
  const tab = await openRecord(id);
  const { page } = tab;
  const area = page.getByRole("textbox", { name: "body", exact: true });
  const setLink = async (address: string) => {
    await page.getByRole("button", { name: "Link", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Link" });
    await dialog.getByLabel("Address").fill(address);
    await dialog.getByRole("button", { name: "Set link" }).click();
  };
  await area.getByText("word").click();
  await page.keyboard.press("Control+a");
  await setLink("https://one.example/");
  await expect.poll(() => area.getByRole("link").getAttribute("href")).toBe("https://one.example/");
  await area.getByRole("link").click();
  await setLink("https://two.example/");
  await page.keyboard.press("Control+s");
  await expect
    .poll(async () => (await stored(id))["body"])
    .toBe('<p><a href="https://two.example/">word</a></p>');
  await area.getByRole("link").click();
  await setLink("");
  await expect.poll(() => area.getByRole("link").count()).toBe(0);
  await area.getByText("word").click();
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Media of this record" }).click();
  await page.getByRole("menuitem", { name: /^cover/ }).click();
  await area.locator("img").waitFor();
  await page.keyboard.press("Control+s");
  await expect
    .poll(async () => (await stored(id))["body"])
    .toMatch(/^<p>word<img src="[^"]*\/cover_\w+\.png" alt="cover_/);
  expect(tab.problems).toEqual([]);
});

const PASTED = `<meta charset="utf-8"><!--StartFragment--><style>p { color: red }</style>
<h2 style="color: red" class="x" onclick="window.ran = 1">Head</h2>
<p><span style="font: 12px Arial">Some <b id="y">bold</b></span> <font color="red">words</font>
<a href="https://elsewhere.example/" target="_blank" onmouseover="window.ran = 1">link</a>
<a href="javascript:window.ran = 1">trap</a></p>
<img src="https://elsewhere.example/pixel.png" onerror="window.ran = 1">
<img src=x onerror=window.ran=1><svg onload="window.ran = 1"><script>window.ran = 1</script></svg>
<iframe src="https://elsewhere.example/"></iframe><object data="https://elsewhere.example/a"></object>
<form action="https://elsewhere.example/"><input autofocus onfocus="window.ran = 1"></form>
<table background="https://elsewhere.example/b.png"><tr><td colspan="2" bgcolor="red">cell</td></tr></table>
<script src="https://elsewhere.example/c.js"></script><script>window.ran = 1</script>
<video poster="https://elsewhere.example/p.png"><source src="https://elsewhere.example/v.mp4"></video><!--EndFragment-->`;

test("rich text: pasted HTML keeps its structure; nothing of it runs, loads or complains", async () => {
  const id = await makeRecord({ title: "Pasted" });
  const tab = await openRecord(id);
  const { page } = tab;
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(admin.server.url)) foreign.push(request.url());
  });
  await page.getByRole("textbox", { name: "body", exact: true }).click();
  await paste(page, "text/html", PASTED);
  await page.getByRole("heading", { name: "Head" }).hover();
  await page.getByRole("link", { name: "link", exact: true }).hover();
  await page.keyboard.press("Control+s");
  await page.getByText("Saved.").waitFor();
  expect(String((await stored(id))["body"]).replaceAll(/\s+/g, " ")).toBe(
    '<h2>Head</h2><p>Some <b>bold</b> words <a href="https://elsewhere.example/">link</a> trap</p>' +
      '<table><tbody><tr><td colspan="2">cell</td></tr></tbody></table>',
  );
  expect(await page.evaluate("window.ran")).toBeUndefined();
  expect([foreign, said, tab.problems]).toEqual([[], [], []]);
});

const FORMATS = [
  ["Italic", "<p><i>word</i></p>"],
  ["Underlined", "<p><u>word</u></p>"],
  ["Struck through", "<p><strike>word</strike></p>"],
  ["List", "<ul><li>word</li></ul>"],
  ["Numbered list", "<ol><li>word</li></ol>"],
] as const;

test("rich text: every button of the bar does what it says, and blocks have styles", async () => {
  const id = await makeRecord({ title: "Formats", body: "<p>word</p>" });
  const { page } = await openRecord(id);
  const area = page.getByRole("textbox", { name: "body", exact: true });
  await area.getByText("word").click();
  await page.keyboard.press("Control+a");
  const html = () => area.evaluate(({ innerHTML }) => innerHTML);
  for (const [name, result] of FORMATS) {
    const button = page.getByRole("toolbar").getByRole("button", { name, exact: true });
    await button.click();
    expect((await html()).replace(/<p><([uo]l)>(.*)<\/\1><\/p>/, "<$1>$2</$1>")).toBe(result);
    await button.click();
  }
  for (const [name, tag] of [
    ["Heading 2", "h2"],
    ["Heading 3", "h3"],
    ["Heading 4", "h4"],
    ["Quotation", "blockquote"],
    ["Code", "pre"],
    ["Text", "p"],
  ] as const) {
    await page.getByRole("button", { name: "Paragraph style" }).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
    expect(await html()).toBe(`<${tag}>word</${tag}>`);
  }
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+b");
  expect(await html()).toBe("<p><b>word</b></p>");
  await page.getByRole("button", { name: "Clear formatting" }).click();
  expect(await html()).toBe("<p>word</p>");
});

test("rich text: a sound of the record is put in, a paragraph turns its direction, and all fills the window", async () => {
  const { id: collection } = await admin.api.collections.create({
    name: "tunes",
    type: "base",
    fields: [
      { name: "body", type: "editor" },
      { name: "files", type: "file", maxSelect: 9 },
    ],
  });
  const body = "<p>word</p><p>other</p>";
  const files = [
    new File(["a"], "tune.mp3"),
    new File(["a"], "film.webm"),
    new File(["a"], "a.txt"),
  ];
  const { id } = await admin.api.collection("tunes").create({ body, files });
  const { page } = await admin.open(`#/collections?collection=tunes&record=${id}`);
  const area = page.getByRole("textbox", { name: "body", exact: true });
  await area.getByText("word").click();
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Media of this record" }).click();
  expect(await page.getByRole("menuitem").allTextContents()).toEqual([
    expect.stringMatching(/^tune_/),
    expect.stringMatching(/^film_/),
  ]);
  await page.getByRole("menuitem", { name: /^tune/ }).click();
  await area.locator("audio[controls]").waitFor();
  await area.getByText("other").click();
  await page.getByRole("button", { name: "Direction of writing" }).click();
  await page.getByRole("button", { name: "Full window" }).click();
  const size = await page.locator(".rich").boundingBox();
  expect(size).toEqual({ x: 0, y: 0, ...page.viewportSize() });
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(".rich[data-full]").count()).toBe(0);
  await page.keyboard.press("Control+s");
  await page.getByText("Saved.").waitFor();
  expect((await admin.api.collection(collection).getOne(id))["body"]).toMatch(
    /^<p>word<audio src="[^"]*\/tune_\w+\.mp3" controls="?"?><\/audio><\/p><p dir="rtl">other<\/p>$/,
  );
  await area.getByText("other").click();
  await page.getByRole("button", { name: "Direction of writing" }).click();
  expect(await area.locator("[dir]").count()).toBe(0);
});
