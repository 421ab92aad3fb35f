import { describe, expect, it } from "vitest";
import { ProductError } from "../../../../hooks/generatio/errors.ts";
import { Catalogue } from "../../../../hooks/generatio/models/catalogue.ts";
import { parametersSchema, withDefaults } from "../../../../hooks/generatio/models/parameters.ts";
import { parseInput } from "../../../../hooks/generatio/validation.ts";

const catalogue = new Catalogue();

const flux = catalogue.find("flux/schnell")!;

function refusedFields(parameters: unknown): Record<string, string> {
  try {
    parseInput(parametersSchema(flux), parameters, "parameters");
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    return Object.fromEntries(
      Object.entries(error.data).map(([field, problem]) => [field, problem.message]),
    );
  }
  return {};
}

describe("parameters of a model", () => {
  it.each([
    [{}],
    [{ image_size: "square_hd", num_images: 1, guidance_scale: 7.5 }],
    [{ image_size: "landscape_4_3", num_images: 4, num_inference_steps: 4 }],
    [{ image_size: "portrait_16_9" }],
    [{ image_size: { width: 640, height: 480 } }],
    [{ guidance_scale: 20, seed: 0, enable_safety_checker: false, output_format: "png" }],
  ])("accepts %j unchanged", (parameters) => {
    expect(parseInput(parametersSchema(flux), parameters)).toEqual(parameters);
  });

  it.each([
    [{ num_images: 0 }, { "parameters.num_images": "parameters.num_images must be at least 1." }],
    [{ num_images: 5 }, { "parameters.num_images": "parameters.num_images must be at most 4." }],
    [
      { num_images: 1.5 },
      { "parameters.num_images": "parameters.num_images must be a whole number." },
    ],
    [{ num_images: "2" }, { "parameters.num_images": "parameters.num_images must be a number." }],
    [{ num_images: null }, { "parameters.num_images": "parameters.num_images must be a number." }],
    [
      { guidance_scale: 20.1 },
      { "parameters.guidance_scale": "parameters.guidance_scale must be at most 20." },
    ],
    [
      { image_size: "huge" },
      {
        "parameters.image_size":
          "parameters.image_size must be one of square_hd, square, portrait_4_3, landscape_4_3, portrait_16_9, landscape_16_9.",
      },
    ],
    [
      { image_size: { width: 10, height: 512 } },
      { "parameters.image_size.width": "parameters.image_size.width must be at least 64." },
    ],
    [
      { image_size: { width: 512 } },
      { "parameters.image_size.height": "parameters.image_size.height is required." },
    ],
    [
      { sync_mode: true, foo: 1 },
      {
        "parameters.sync_mode": "parameters.sync_mode is not known here.",
        "parameters.foo": "parameters.foo is not known here.",
      },
    ],
    [
      { enable_safety_checker: "yes" },
      {
        "parameters.enable_safety_checker":
          "parameters.enable_safety_checker must be true or false.",
      },
    ],
    ["all of them", { parameters: "parameters must be an object." }],
    [[1], { parameters: "parameters must be an object." }],
  ])("refuses %j and names the field", (parameters, problems) => {
    expect(refusedFields(parameters)).toEqual(problems);
  });

  it("refuses names of the prototype like any unknown one", () => {
    expect(Object.keys(refusedFields(JSON.parse('{"__proto__": 1, "constructor": 2}')))).toContain(
      "parameters.constructor",
    );
  });

  it("sends the documented defaults and nothing else unasked", () => {
    expect(withDefaults(flux, {})).toEqual({ image_size: "square_hd", num_images: 1 });
    expect(withDefaults(flux, { num_images: 3, guidance_scale: 7.5 })).toEqual({
      image_size: "square_hd",
      num_images: 3,
      guidance_scale: 7.5,
    });
  });
});

describe("the catalogue", () => {
  it("knows a model by its public name and by the vendor's", () => {
    expect(catalogue.find("fal-ai/flux/schnell")).toBe(flux);
    expect(catalogue.find("hidream/hidream-i1-fast")?.endpoint).toBe("fal-ai/hidream-i1-fast");
    expect(catalogue.resolve("dall-e-3")?.model.id).toBe("gpt-image-2.5-flare");
    expect(catalogue.find("dall-e-9")).toBeUndefined();
    expect(catalogue.find("__proto__")).toBeUndefined();
  });
});
