import type { RecordModel } from "generatio";
import type { Model, Size } from "../models/model.ts";
import {
  imageCount,
  type Parameters,
  parametersSchema,
  withDefaults,
} from "../models/parameters.ts";
import { pricePerImage } from "../models/price.ts";
import { SIZE_PRESETS } from "../models/size-presets.ts";
import type { Product } from "../product.ts";
import type { MicroDollars } from "../spending/money.ts";
import { planOf } from "../spending/plans.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import { type Funding, mayBringKey } from "./fund.ts";
import type { PictureWish } from "./request.ts";
import { fitSize } from "./size.ts";

/** Another model that can meet a wish, and what it would be asked. */
export interface Alternative {
  readonly model: Model;
  readonly parameters: Parameters;
  /** Of one picture. */
  readonly price: MicroDollars;
  /** What it does not do as it was said. */
  readonly warnings: readonly string[];
}

/** What was chosen for a wish. */
interface Choice {
  readonly wish: PictureWish;
  readonly model: Model;
  readonly parameters: Parameters;
  readonly funding: Funding;
  /** Of the user's own; stays the caller's. */
  readonly keys: KeyRing | undefined;
  /** Of the picture that goes in. */
  readonly input: Size | undefined;
}

/**
 * The models to go to when the chosen one does not work, where the user allows that: by the request, else by their
 * settings (`{"failover": true}`). They are paid from the same source.
 */
export function findAlternatives(
  product: Product,
  user: RecordModel,
  choice: Choice,
): readonly Alternative[] {
  const { wish, model } = choice;
  if (!(wish.mayFailOver ?? isAllowedBy(user))) return [];
  return (model.equivalents ?? []).flatMap((id) => {
    const other = product.catalogue.find(id);
    return other && isPayable(product, user, { other, choice }) ? translate(other, choice) : [];
  });
}

function isAllowedBy(user: RecordModel): boolean {
  const settings = user.getJson("settings");
  return (
    typeof settings === "object" &&
    settings !== null &&
    "failover" in settings &&
    settings.failover === true
  );
}

function isPayable(
  product: Product,
  user: RecordModel,
  { other, choice }: { other: Model; choice: Choice },
): boolean {
  const { settings } = product;
  const { funding, keys } = choice;
  if (funding.source === "own") {
    return mayBringKey(product, other, user.id) && (keys?.has(other.provider) ?? false);
  }
  const isInPlan = other.plans?.includes(planOf(user.getString("plan"))) ?? true;
  return funding.source === "server" && isInPlan && settings.serverKeys.has(other.provider);
}

/** @returns nothing when the other model cannot do it */
function translate(other: Model, { wish, model, parameters, input }: Choice): Alternative[] {
  const { task = "generate", pictures } = wish;
  const hasMask = pictures?.mask !== undefined;
  const takesMask = other.input?.mask !== undefined;
  if (!other.tasks.includes(task) || (hasMask ? !takesMask : other.input?.needsMask)) return [];
  const { shape, rest } = withoutShape(model, parameters);
  const fitted = fitSize(other, { ...wish, ...shape });
  const { kept, dropped } = partition(other, rest);
  const translated = withDefaults(other, { ...kept, ...fitted.parameters });
  if (imageCount(translated) !== imageCount(parameters)) return [];
  if (!parametersSchema(other).safeParse(translated).success) return [];
  const warnings = [
    ...fitted.warnings,
    ...dropped.map((name) => `${other.displayName} does not know ${name}: it was left out.`),
  ];
  const price = pricePerImage(other, translated, input);
  return [{ model: other, parameters: translated, price, warnings }];
}

/** The wished shape, in words that every model understands, apart from everything else. */
function withoutShape(
  { sizing }: Model,
  parameters: Parameters,
): { shape: Pick<PictureWish, "size" | "ratio">; rest: Parameters } {
  const name = sizing === "preset" ? "image_size" : sizing;
  const { [name]: said, ...rest } = parameters;
  const text = String(said);
  if (typeof said === "object" && said !== null) return { shape: { size: said as Size }, rest };
  const preset = Object.hasOwn(SIZE_PRESETS, text) ? SIZE_PRESETS[text] : undefined;
  if (preset) return { shape: { size: preset }, rest };
  if (/^\d+:\d+$/.test(text)) return { shape: { ratio: text }, rest };
  const [width, height] = text.split("x").map(Number);
  return { shape: width && height ? { size: { width, height } } : {}, rest };
}

/** What the other model knows and takes, and the names of the rest. */
function partition(
  other: Model,
  parameters: Parameters,
): { kept: Parameters; dropped: readonly string[] } {
  const isTaken = ([name, value]: [string, unknown]) =>
    Object.hasOwn(other.parameters, name) &&
    parametersSchema(other).safeParse({ [name]: value }).success;
  const entries = Object.entries(parameters);
  return {
    kept: Object.fromEntries(entries.filter(isTaken)),
    dropped: entries.filter((entry) => !isTaken(entry)).map(([name]) => name),
  };
}
