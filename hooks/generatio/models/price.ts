import type { MicroDollars } from "../spending/money.ts";
import type { Model, Size } from "./model.ts";
import { imageCount, type Parameters } from "./parameters.ts";
import { SIZE_PRESETS } from "./size-presets.ts";

/** What a request will cost at most. @param input the size of the picture that goes in, if one does */
export function estimatePrice(model: Model, parameters: Parameters, input?: Size): MicroDollars {
  return pricePerImage(model, parameters, input) * imageCount(parameters);
}

export function pricePerImage(model: Model, parameters: Parameters, input?: Size): MicroDollars {
  return model.priceOf?.(parameters, input) ?? model.price;
}

const MEGAPIXEL = 1_048_576;

/** A price by the size of the result: every megapixel begun counts. */
export function perMegapixel(micros: MicroDollars): NonNullable<Model["priceOf"]> {
  return (parameters, input) => {
    const { width, height } = resultSize(parameters, input);
    return micros * Math.max(1, Math.ceil((width * height) / MEGAPIXEL));
  };
}

function resultSize(parameters: Parameters, input: Size | undefined): Size {
  const factor = Number(parameters["upscale_factor"] ?? 1);
  if (input) return { width: input.width * factor, height: input.height * factor };
  const wished = parameters["image_size"];
  if (isSize(wished)) return wished;
  const preset = String(wished);
  return (
    (Object.hasOwn(SIZE_PRESETS, preset) ? SIZE_PRESETS[preset] : undefined) ??
    SIZE_PRESETS["square_hd"]!
  );
}

function isSize(value: unknown): value is Size {
  return typeof value === "object" && value !== null && "width" in value && "height" in value;
}
