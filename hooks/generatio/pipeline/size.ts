import type { Model, Size } from "../models/model.ts";
import { SIZE_PRESETS } from "../models/size-presets.ts";
import type { PictureWish } from "./request.ts";

/** A wished size in a model's own parameters. */
export interface Fitted {
  readonly parameters: Readonly<Record<string, string | Size>>;
  /** What was not taken as it was said. */
  readonly warnings: readonly string[];
}

/** Of a ratio alone: about a megapixel, in the steps that models take. */
const AREA = 1024 * 1024;
const STEP = 16;
/** How far two ratios may be apart and still be the same: 1344×768 is called 16:9. */
const SAME = 0.03;

/** Says the size and the ratio of a wish in the way its model understands. */
export function fitSize(model: Model, { size, ratio }: PictureWish): Fitted {
  const wanted = ratio === undefined ? size : sizeOf(ratio, size);
  if (!wanted || model.sizing === "none") return { parameters: {}, warnings: [] };
  const warnings =
    size && ratio !== undefined && !areAlike(size, wanted)
      ? [`The size ${size.width}x${size.height} is not ${ratio}: the ratio was taken.`]
      : [];
  if (model.sizing === "image_size") return { parameters: { image_size: wanted }, warnings };
  const name = model.sizing === "preset" ? "image_size" : model.sizing;
  const options = model.parameters[name]?.options ?? [];
  const taken = nearest(options, wanted);
  const isTaken = areAlike(shapeOf(taken), wanted);
  const other = `${model.displayName} does not make this shape: ${taken} was taken.`;
  return { parameters: { [name]: taken }, warnings: isTaken ? warnings : [...warnings, other] };
}

/** `16:9` in pixels; the size itself when it has that ratio. */
function sizeOf(ratio: string, size: Size | undefined): Size {
  const shape = shapeOf(ratio);
  if (size && areAlike(size, shape)) return size;
  const scale = Math.sqrt(AREA / (shape.width * shape.height));
  const round = (pixels: number) => Math.max(STEP, Math.round((pixels * scale) / STEP) * STEP);
  return { width: round(shape.width), height: round(shape.height) };
}

function nearest(options: readonly string[], wanted: Size): string {
  const distance = (option: string) =>
    Math.abs(
      Math.log(shapeOf(option).width / shapeOf(option).height / (wanted.width / wanted.height)),
    );
  // Of equal shapes the one whose area is nearer.
  const areaGap = (option: string) => {
    const { width, height } = shapeOf(option);
    return Math.abs(width * height - wanted.width * wanted.height);
  };
  return options.toSorted((a, b) => distance(a) - distance(b) || areaGap(a) - areaGap(b))[0] ?? "";
}

/** Of `16:9`, `1024x768` or a preset's name. */
function shapeOf(text: string): Size {
  const preset = Object.hasOwn(SIZE_PRESETS, text) ? SIZE_PRESETS[text] : undefined;
  const [width = 1, height = 1] = text.split(/[:x]/).map(Number);
  return preset ?? { width, height };
}

function areAlike(a: Size, b: Size): boolean {
  return Math.abs(Math.log(a.width / a.height / (b.width / b.height))) < SAME;
}
