import { afterAll, beforeAll, expect, it } from "vitest";
import { forgetSources } from "../../../../hooks/generatio/library/forget-sources.ts";
import { type ProductServer, startProduct } from "../product-server.ts";

let product: ProductServer;
beforeAll(async () => (product = await startProduct()));
afterAll(() => product.close());

const DAY_MS = 86_400_000;

it("the provider's address of a picture is kept for a week, and everything else for good", async () => {
  const ann = await (await product.signUp()).unlock();
  await ann.generate({ parameters: { seed: 7 } });
  const facts = async () =>
    (await product.app.findRecordsByFilter("images", ""))[0]!.getJson("other_info");
  const fresh = await facts();
  expect(fresh).toMatchObject({ source_url: expect.stringContaining("/files/"), seed: 7 });
  await forgetSources(product.app, Date.now() + 6 * DAY_MS);
  expect(await facts()).toEqual(fresh);
  await forgetSources(product.app, Date.now() + 8 * DAY_MS);
  expect(await facts()).toEqual({ ...(fresh as object), source_url: "" });
});
