import { describe, expect, it } from "vitest";
import { Catalogue } from "../../../../hooks/generatio/models/catalogue.ts";
import type { Size } from "../../../../hooks/generatio/models/model.ts";
import { fitSize } from "../../../../hooks/generatio/pipeline/size.ts";

const catalogue = new Catalogue();

const fit = (model: string, size?: Size, ratio?: string) =>
  fitSize(catalogue.resolve(model)!.model, {
    model,
    prompt: "p",
    parameters: {},
    folderId: "",
    ...(size ? { size } : {}),
    ...(ratio === undefined ? {} : { ratio }),
  });
const px = (width: number, height: number): Size => ({ width, height });

describe("a wished size", () => {
  it.for<[string, string, Size | undefined, string | undefined, unknown]>([
    ["nothing", "flux/schnell", undefined, undefined, {}],
    ["pixels", "flux/schnell", px(800, 600), undefined, { image_size: px(800, 600) }],
    ["a ratio", "flux/schnell", undefined, "1:1", { image_size: px(1024, 1024) }],
    ["a wide ratio", "flux/schnell", undefined, "16:9", { image_size: px(1360, 768) }],
    ["both", "flux/schnell", px(512, 512), "1:1", { image_size: px(512, 512) }],
    ["pixels", "flux-schnell", px(1920, 1080), undefined, { aspect_ratio: "16:9" }],
    ["pixels", "dall-e-3", px(1500, 1000), undefined, { size: "1536x1024" }],
    ["a tall ratio", "dall-e-3", undefined, "2:3", { size: "1024x1536" }],
    ["small pixels", "mock", px(500, 500), undefined, { image_size: "square" }],
    ["large pixels", "mock", px(1000, 1000), undefined, { image_size: "square_hd" }],
  ])("of %s is said to %s in its own way", ([, model, size, ratio, parameters]) => {
    expect(fit(model, size, ratio)).toEqual({ parameters, warnings: [] });
  });

  it("that cannot be had is told", () => {
    expect(fit("dall-e-3", undefined, "21:9")).toEqual({
      parameters: { size: "1536x1024" },
      warnings: ["GPT Image 2.5 Flare does not make this shape: 1536x1024 was taken."],
    });
    expect(fit("flux/schnell", px(100, 200), "1:1").warnings).toEqual([
      "The size 100x200 is not 1:1: the ratio was taken.",
    ]);
  });
});
