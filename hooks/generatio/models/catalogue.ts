import { type MicroDollars, toDollars } from "../spending/money.ts";
import { FAL_MODELS } from "./fal.ts";
import { MOCK_MODELS } from "./mock.ts";
import type { Model, ParameterSpec, RetiredModel, Task, VendorPricing } from "./model.ts";
import { OPENAI_MODELS, RETIRED_OPENAI_MODELS } from "./openai.ts";
import { REPLICATE_MODELS } from "./replicate.ts";

/** Every model as its vendor offers it, in the order it is listed. */
const MODELS: readonly Model[] = [
  ...FAL_MODELS,
  ...REPLICATE_MODELS,
  ...OPENAI_MODELS,
  ...MOCK_MODELS,
];

const RETIRED_MODELS: readonly RetiredModel[] = RETIRED_OPENAI_MODELS;

/** Of requests that name none: document 003's. */
export const DEFAULT_MODEL = "flux-schnell";

/** What a superuser says of a model; absent members leave it as it is. */
export interface ModelOverride {
  readonly id: string;
  readonly price?: MicroDollars;
  readonly aliases?: readonly string[];
  readonly endpoint?: string;
  readonly status?: "active" | "deprecated" | "retired";
  readonly replacedBy?: string;
  /** The day on which this was said, `YYYY-MM-DD`. */
  readonly changedOn: string;
}

/** A model found by a name that may be an old one. */
export interface FoundModel {
  readonly model: Model;
  /** What who used the name should know. */
  readonly warnings: readonly string[];
}

/** The models on offer: what the vendors have, with what superusers have changed about it. */
export class Catalogue {
  #models: readonly Model[] = [];
  #retired: readonly RetiredModel[] = [];
  #byName: ReadonlyMap<string, Model> = new Map();
  #byId: ReadonlyMap<string, Model> = new Map();

  constructor() {
    this.use([]);
  }

  /** In the order in which they are listed. */
  get models(): readonly Model[] {
    return this.#models;
  }

  get retired(): readonly RetiredModel[] {
    return this.#retired;
  }

  /** Puts these changes in the place of all before; they count from now on. */
  use(overrides: readonly ModelOverride[]): void {
    const said = new Map(overrides.map((override) => [override.id, override]));
    const changed = MODELS.map((model) => ({ model, override: said.get(model.id) }));
    this.#byId = new Map(
      changed.map(({ model, override }) => [model.id, override ? applied(model, override) : model]),
    );
    const isLive = (override: ModelOverride | undefined) => override?.status !== "retired";
    this.#models = changed
      .filter(({ override }) => isLive(override))
      .flatMap(({ model }) => this.#byId.get(model.id) ?? []);
    this.#retired = [
      ...RETIRED_MODELS,
      ...changed.flatMap(({ model, override }) =>
        override && !isLive(override) ? [retiredBy(model, override)] : [],
      ),
    ];
    this.#byName = new Map(
      this.#models.flatMap((model) => namesOf(model).map((name) => [name, model] as const)),
    );
  }

  /** @param name the public id, the vendor's endpoint id, or an alias; not one of a retired model */
  find(name: string): Model | undefined {
    return this.#byName.get(name);
  }

  /** Also one that a superuser has retired meanwhile: for jobs that were ordered before. */
  byId(id: string): Model | undefined {
    return this.#byId.get(id);
  }

  /** As `find`, and for a retired model the one to use instead, with a word about it. */
  resolve(name: string): FoundModel | undefined {
    const model = this.find(name);
    if (model) return { model, warnings: deprecationOf(model) };
    const gone = this.#retired.find(({ id }) => id === name);
    const instead = gone && this.find(gone.replacedBy);
    if (!instead) return undefined;
    const warning = `${gone.id} was retired on ${gone.retiredOn}: ${instead.id} is used instead.`;
    return { model: instead, warnings: [warning] };
  }

  /** The id of whichever other model a name already belongs to; for a new alias of `id`. */
  ownerOf(name: string, id: string): string | undefined {
    const owner = [...MODELS, ...this.#models].find(
      (model) => model.id !== id && namesOf(model).includes(name),
    );
    return owner?.id ?? this.#retired.find((model) => model.id === name)?.id;
  }

  /** Whether the vendors have, or had, such a model: one that can be changed. */
  isChangeable(id: string): boolean {
    return MODELS.some((model) => model.id === id);
  }
}

function namesOf({ id, endpoint, aliases = [] }: Model): readonly string[] {
  return [id, endpoint, ...aliases];
}

function applied(model: Model, override: ModelOverride): Model {
  const { priceOf, tokenPrices, status: _status, ...facts } = model;
  const pricing =
    override.price === undefined
      ? { ...(priceOf ? { priceOf } : {}), ...(tokenPrices ? { tokenPrices } : {}) }
      : { price: override.price };
  return {
    ...facts,
    ...pricing,
    ...(override.aliases ? { aliases: [...(model.aliases ?? []), ...override.aliases] } : {}),
    ...(override.endpoint === undefined ? {} : { endpoint: override.endpoint }),
    ...(override.replacedBy === undefined ? {} : { replacedBy: override.replacedBy }),
    ...((override.status ?? model.status) === "deprecated" ? { status: "deprecated" } : {}),
  };
}

function retiredBy(model: Model, override: ModelOverride): RetiredModel {
  const { id, provider, displayName } = model;
  const replacedBy = override.replacedBy ?? "";
  return {
    id,
    provider,
    displayName,
    retiredOn: override.changedOn,
    replacedBy,
    source: "this server",
  };
}

function deprecationOf({ id, status, replacedBy }: Model): readonly string[] {
  if (status !== "deprecated") return [];
  return [replacedBy ? `${id} will be retired: use ${replacedBy}.` : `${id} will be retired.`];
}

/** A row of `GET generate/models`. */
export interface ModelListing {
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  readonly cost_per_image: number;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly provider: string;
  readonly endpoint: string;
  readonly status: "active" | "deprecated";
  readonly replaced_by: string;
  readonly tasks: readonly Task[];
  readonly max_images: number;
  readonly supports: {
    readonly seed: boolean;
    readonly negative_prompt: boolean;
    readonly mask: boolean;
    readonly prompt: boolean;
  };
  readonly equivalents: readonly string[];
  readonly pricing: VendorPricing & { readonly currency: "USD" };
}

export function toListing(model: Model): ModelListing {
  const { parameters } = model;
  return {
    name: model.id,
    display_name: model.displayName,
    description: model.description,
    cost_per_image: toDollars(model.price),
    parameters,
    provider: model.provider,
    endpoint: model.endpoint,
    status: model.status ?? "active",
    replaced_by: model.replacedBy ?? "",
    tasks: model.tasks,
    max_images: parameters["num_images"]?.max ?? 1,
    supports: {
      seed: "seed" in parameters,
      negative_prompt: "negative_prompt" in parameters,
      mask: model.input?.mask !== undefined,
      prompt: model.takesPrompt ?? true,
    },
    equivalents: model.equivalents ?? [],
    pricing: { ...model.vendorPricing, currency: "USD" },
  };
}

/** A row of `GET generate/models?retired=true`. */
export function toRetiredListing(model: RetiredModel) {
  return {
    name: model.id,
    display_name: model.displayName,
    provider: model.provider,
    status: "retired",
    retired_on: model.retiredOn,
    replaced_by: model.replacedBy,
    source: model.source,
  };
}
