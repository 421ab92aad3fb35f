import type { MicroDollars } from "../spending/money.ts";
import type { Parameters } from "./parameters.ts";

/** What can be asked for: a picture of a text, or something done to a picture that is there. */
export const TASKS = ["generate", "edit", "upscale", "remove-background", "variations"] as const;
export type Task = (typeof TASKS)[number];

/** One parameter of a model: what document 000 lists of it, and what is accepted beyond that. */
export interface ParameterSpec {
  readonly type: "string" | "integer" | "number" | "boolean";
  /** What the model uses when nothing is said. */
  readonly default?: string | number | boolean;
  readonly options?: readonly string[];
  /** Accepted too, beside the documented options. */
  readonly extra_options?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Longest text, in characters. */
  readonly max_length?: number;
  /** `{width, height}` in pixels is accepted instead of a preset. */
  readonly custom_size?: { readonly min: number; readonly max: number };
  /** Other values than the default are for those who bring a key of their own. */
  readonly own_key_only?: boolean;
  readonly description: string;
}

/** How a vendor charges, beside the price per picture that this product shows. */
export interface VendorPricing {
  readonly unit: "image" | "megapixel" | "token" | "free";
  /** US dollars per unit. */
  readonly amount: number;
  /** Where the figure was read. */
  readonly source: string;
  /** `vendor`: on a page of the vendor's own. `listed`: in a list that somebody else keeps. */
  readonly confidence: "vendor" | "listed";
  /** The day it was read, `YYYY-MM-DD`. */
  readonly checked_at: string;
}

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How pictures go into a model. */
export interface PictureInput {
  /** The vendor's name of the picture. */
  readonly image: string;
  /** The vendor's name of the mask; absent when it takes none. */
  readonly mask?: string;
  /** What marks the part of the mask that is painted anew. */
  readonly maskForm?: "white" | "transparent";
  /** It paints only inside a mask. */
  readonly needsMask?: boolean;
}

export interface Model {
  /** The public name, e.g. `flux/schnell`. */
  readonly id: string;
  /** Further names that are accepted for it. */
  readonly aliases?: readonly string[];
  readonly displayName: string;
  readonly description: string;
  readonly provider: string;
  /** The vendor's own name, accepted in requests as well. */
  readonly endpoint: string;
  /** `deprecated`: the vendor has announced its end. */
  readonly status?: "deprecated";
  /** The model to use instead of a deprecated one. */
  readonly replacedBy?: string;
  readonly tasks: readonly Task[];
  /** For every task but `generate`. */
  readonly input?: PictureInput;
  /** False when there is nothing that a text could say to it. */
  readonly takesPrompt?: boolean;
  /** Models that make as good a picture of the same request, the best first: where to go when this one is down. */
  readonly equivalents?: readonly string[];
  /** Of one picture by the defaults. */
  readonly price: MicroDollars;
  /** Of one picture, where it depends on the parameters or on the picture that goes in. */
  readonly priceOf?: (parameters: Parameters, input?: Size) => MicroDollars;
  /** Micro-dollars per token, where the vendor's answer counts them. */
  readonly tokenPrices?: {
    readonly textIn: number;
    readonly imageIn: number;
    readonly imageOut: number;
  };
  /** The plans whose members may use it with the server's own key; all when absent. */
  readonly plans?: readonly string[];
  readonly vendorPricing: VendorPricing;
  /** How long one picture usually takes, in milliseconds. */
  readonly typicalMs: number;
  /** Longest prompt, in characters. */
  readonly promptMax: number;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Parameters by name whose vendor calls them something else. */
  readonly wireNames?: Readonly<Record<string, string>>;
  /** How a wished size is said: by which parameter, and in which form. */
  readonly sizing: "image_size" | "preset" | "aspect_ratio" | "size" | "none";
  /** Parameters that are sent with their default when nothing is said, because the vendor's default differs. */
  readonly sendsDefaultsOf: readonly string[];
}

/** A model that its vendor has switched off. Its name is still understood. */
export interface RetiredModel {
  readonly id: string;
  readonly provider: string;
  readonly displayName: string;
  /** The last day, `YYYY-MM-DD`. */
  readonly retiredOn: string;
  /** What is used instead. */
  readonly replacedBy: string;
  /** Where its end was announced. */
  readonly source: string;
}
