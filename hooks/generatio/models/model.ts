import type { MicroDollars } from "../spending/money.ts";

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
  readonly description: string;
}

/** How a vendor charges, beside the flat price that this product shows. */
export interface VendorPricing {
  readonly unit: "image" | "megapixel" | "token";
  /** US dollars per unit. */
  readonly amount: number;
  readonly source: string;
  /** The day it was read, `YYYY-MM-DD`. */
  readonly checked_at: string;
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
  /** Of one picture by the defaults. */
  readonly price: MicroDollars;
  /** Of one picture, where it depends on the parameters. */
  readonly priceOf?: (parameters: Readonly<Record<string, unknown>>) => MicroDollars;
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
  readonly sizing: "image_size" | "preset" | "aspect_ratio" | "size";
  /** Parameters that are sent with their default when nothing is said, because the vendor's default differs. */
  readonly sendsDefaultsOf: readonly string[];
}
