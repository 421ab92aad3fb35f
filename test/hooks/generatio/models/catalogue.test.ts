import { describe, expect, it } from "vitest";
import { Catalogue, toListing } from "../../../../hooks/generatio/models/catalogue.ts";
import { parametersSchema, withDefaults } from "../../../../hooks/generatio/models/parameters.ts";
import { estimatePrice } from "../../../../hooks/generatio/models/price.ts";

const catalogue = new Catalogue();
const { models, retired } = catalogue;
const changedOn = "2026-11-21";

describe("each model of the catalogue", () => {
  it.each(models.map((model) => [model.id, model] as const))(
    "%s has a price with its source and day",
    (_id, { vendorPricing, price }) => {
      expect(vendorPricing.checked_at).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(vendorPricing.source === "none" || URL.canParse(vendorPricing.source)).toBe(true);
      expect(Number.isSafeInteger(price) && price >= 0).toBe(true);
    },
  );

  it.each(models.map((model) => [model.id, model] as const))(
    "%s takes its own defaults, and describes every parameter",
    (_id, model) => {
      const result = parametersSchema(model).safeParse(withDefaults(model, {}));
      expect(result.error).toBeUndefined();
      for (const spec of Object.values(model.parameters)) expect(spec.description).toMatch(/\w/);
      expect(model.price).toBe(
        estimatePrice(
          model,
          withDefaults(model, {}),
          model.input ? { width: 1024, height: 1024 } : undefined,
        ),
      );
    },
  );

  it.each(models.map((model) => [model.id, model] as const))(
    "%s takes pictures exactly when one of its tasks needs them",
    (_id, { tasks, input }) => {
      expect(tasks.length).toBeGreaterThan(0);
      expect(input !== undefined).toBe(tasks.some((task) => task !== "generate"));
    },
  );

  it.each(
    models.flatMap((model) => (model.equivalents ?? []).map((other) => [model.id, other] as const)),
  )("%s has in %s one that does the same", (id, other) => {
    const { tasks } = catalogue.find(id)!;
    const equivalent = catalogue.find(other);
    expect(equivalent?.id).toBe(other);
    expect(tasks.some((task) => equivalent?.tasks.includes(task))).toBe(true);
    // Test patterns are never in the place of pictures.
    expect(equivalent?.provider).not.toBe("mock");
  });

  it.each(retired.map((model) => [model.id, model] as const))(
    "%s, retired, has a day and a replacement on offer",
    (_id, { retiredOn, replacedBy }) => {
      expect(retiredOn).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(catalogue.find(replacedBy)?.id).toBe(replacedBy);
    },
  );

  it("has names of its own", () => {
    const names = models.flatMap(({ id, endpoint, aliases = [] }) => [
      ...new Set([id, endpoint, ...aliases]),
    ]);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it("is there for every task", () => {
    const tasks = new Set(models.filter(({ id }) => id !== "mock").flatMap((model) => model.tasks));
    expect([...tasks].toSorted()).toEqual([
      "edit",
      "generate",
      "remove-background",
      "upscale",
      "variations",
    ]);
  });
});

describe("a price by the megapixel", () => {
  it.each([
    ["flux/dev", {}, undefined, 25_000],
    ["flux/dev", { image_size: "square" }, undefined, 25_000],
    ["flux/dev", { image_size: { width: 2048, height: 1024 } }, undefined, 50_000],
    ["flux/dev", { image_size: { width: 1025, height: 1024 }, num_images: 2 }, undefined, 100_000],
    // Document 000 prints a flat price.
    ["flux/schnell", { image_size: { width: 2048, height: 2048 } }, undefined, 3000],
    ["clarity-upscaler", { upscale_factor: 2 }, { width: 1024, height: 1024 }, 120_000],
    ["clarity-upscaler", { upscale_factor: 1 }, { width: 512, height: 512 }, 30_000],
  ] as const)("%s %j from %j is %d", (id, parameters, input, micros) => {
    expect(estimatePrice(catalogue.find(id)!, parameters, input)).toBe(micros);
  });
});

describe("an old name", () => {
  it("leads to the replacement, with a word about it", () => {
    expect(catalogue.find("dall-e-3")).toBeUndefined();
    const found = catalogue.resolve("dall-e-3");
    expect([found?.model.id, found?.warnings]).toEqual([
      "gpt-image-2.5-flare",
      ["dall-e-3 was retired on 2026-05-12: gpt-image-2.5-flare is used instead."],
    ]);
  });

  it("of nothing leads nowhere", () => {
    expect(catalogue.resolve("no-such-model")).toBeUndefined();
  });
});

describe("what superusers change", () => {
  it("counts until it is changed again", () => {
    const own = new Catalogue();
    own.use([{ id: "flux/dev", price: 1000, aliases: ["dev"], endpoint: "x/y", changedOn }]);
    const changed = own.find("dev")!;
    expect([changed.id, changed.endpoint, changed.price]).toEqual(["flux/dev", "x/y", 1000]);
    // A price that was set is the price, whatever the size.
    expect(estimatePrice(changed, { image_size: { width: 4000, height: 4000 } })).toBe(1000);
    own.use([]);
    expect([own.find("dev"), own.find("flux/dev")?.price]).toEqual([undefined, 25_000]);
  });

  it("can retire a model: its name leads on, and its jobs still know it", () => {
    const own = new Catalogue();
    own.use([{ id: "flux-pro", status: "retired", replacedBy: "flux/dev", changedOn }]);
    expect(own.models.map(({ id }) => id)).not.toContain("flux-pro");
    expect(own.resolve("flux-pro")?.model.id).toBe("flux/dev");
    expect(own.byId("flux-pro")?.displayName).toBe("Flux Pro 1.1");
  });

  it("can announce an end", () => {
    const own = new Catalogue();
    own.use([{ id: "flux-pro", status: "deprecated", replacedBy: "flux/dev", changedOn }]);
    expect(toListing(own.find("flux-pro")!)).toMatchObject({
      status: "deprecated",
      replaced_by: "flux/dev",
    });
    expect(own.resolve("flux-pro")?.warnings).toEqual(["flux-pro will be retired: use flux/dev."]);
  });
});
