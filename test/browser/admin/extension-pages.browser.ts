import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findingsInBothThemes } from "./accessibility.ts";
import { useAdmin } from "./admin.ts";

const root = new URL("../../../", import.meta.url);
const admin = useAdmin({
  hooksDir: fileURLToPath(new URL("hooks", root)),
  migrationsDir: fileURLToPath(new URL("schema/migrations", root)),
});

test("the image product shows its models, as an extension does", async () => {
  const tab = await admin.open("#/superusers", { reducedMotion: "reduce" });
  const { page } = tab;
  await page.getByRole("link", { name: "Image models" }).click();
  await page.getByRole("heading", { name: "Image models" }).waitFor();
  await page.getByLabel("Search models").fill("flux-schnell");
  const models = page.getByRole("grid", { name: "Model" });
  await models
    .getByRole("row", { name: /schnell.*\$0\.003/i })
    .first()
    .waitFor();
  expect(await findingsInBothThemes(page)).toEqual([]);
  await page.getByRole("link", { name: "Change prices and names" }).click();
  await page.getByRole("heading", { name: "model_overrides" }).waitFor();
  expect(tab.problems).toEqual([]);
});

test("pages of extensions are found by the palette, in the language of the UI", async () => {
  const { page } = await admin.open("#/superusers", { locale: "de-DE" });
  await page.getByRole("link", { name: "Bildmodelle" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("bildmod");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Bildmodelle" }).waitFor();
  expect(page.url()).toContain("#/extensions/generatio/models");
});
