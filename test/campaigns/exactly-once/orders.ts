import type { Random } from "../random.ts";

/** How somebody pays, which decides what they can order. */
export type Purse = "own-key" | "plan" | "enterprise" | "credits";

/** One request for pictures, with everything that is going to go wrong with it. */
export interface Order {
  readonly number: number;
  /** Answered at once, with the job instead of the pictures. */
  readonly isAsync: boolean;
  /** Sent with an `Idempotency-Key`, and again when its answer was lost. */
  readonly isKeyed: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  /** Taken back after so many milliseconds. */
  readonly cancelAfterMs: number | undefined;
}

/** @param number stands in the prompt, so that the vendor's bill names the order */
export function drawOrder(random: Random, number: number, purse: Purse): Order {
  const model = random.pick(MODELS[purse]);
  const isAsync = model.isSlowToAnswer || random.chance(0.85);
  return {
    number,
    isAsync,
    isKeyed: random.chance(0.5),
    body: {
      model: model.name,
      prompt: ["order", number, drawTrouble(random, model), drawCallback(random)].join(" ").trim(),
      parameters: { ...model.parameters, ...drawCount(random) },
      async: isAsync,
      ...(purse === "credits" ? { funding: purse } : {}),
      ...(random.chance(0.2) ? { failover: true } : {}),
    },
    cancelAfterMs: isAsync && random.chance(0.04) ? random.integer(0, 900) : undefined,
  };
}

interface OrderedModel {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The vendor's answer to the paid request is the picture. */
  readonly isSlowToAnswer: boolean;
}

const small = { image_size: { width: 64, height: 64 } };
const schnell = { name: "flux/schnell", parameters: small, isSlowToAnswer: false };
const hidream = { name: "hidream/hidream-i1-fast", parameters: small, isSlowToAnswer: false };
const replicate = { name: "flux-schnell", parameters: {}, isSlowToAnswer: false };
const openAi = { name: "gpt-image-2.5-flare", parameters: {}, isSlowToAnswer: true };

const MODELS: Readonly<Record<Purse, readonly OrderedModel[]>> = {
  "own-key": [schnell, hidream, replicate],
  plan: [schnell, replicate, replicate],
  enterprise: [openAi, replicate],
  credits: [schnell, replicate],
};

function drawCount(random: Random): Readonly<Record<string, number>> {
  return random.chance(0.25) ? { num_images: random.integer(2, 4) } : {};
}

/** How often of a thousand, and by which markers the emulated vendor is told. */
const TROUBLES: readonly (readonly [number, (random: Random, model: OrderedModel) => string])[] = [
  [500, () => ""],
  [120, (random) => `[[emu:slow=${random.integer(100, 1500)}]]`],
  [60, () => "[[emu:partial]]"],
  [50, (random) => `[[emu:429x${random.integer(1, 3)}]]`],
  [50, () => "[[emu:lose]]"],
  [30, () => "[[emu:drop]]"],
  [40, () => "[[emu:fail]]"],
  [30, () => "[[emu:422]]"],
  [20, () => "[[emu:nsfw]]"],
  [60, (random) => `[[emu:nofile=${random.integer(0, 1)}]]`],
  [20, (random) => `[[emu:tokens=${random.pick([0, 1, 50_000, 900_000_000])}]]`],
  [20, () => "[[emu:stubborn]] [[emu:slow=2000]]"],
  // Beyond the deadline: first given up, then delivered all the same.
  [20, (_random, model) => (model.isSlowToAnswer ? "" : "[[emu:stubborn]] [[emu:slow=12000]]")],
  // Delivered when the money was long given back.
  [20, (_random, model) => (model.isSlowToAnswer ? "" : "[[emu:stubborn]] [[emu:slow=28000]]")],
  [15, (_random, model) => (model.isSlowToAnswer ? "" : "[[emu:never]]")],
  [5, () => "[[emu:hang]]"],
];

/** Mostly the vendor calls back once, in time. */
function drawCallback(random: Random): string {
  if (random.chance(0.08)) return `[[emu:callbacks=${random.pick([0, 2, 3])}]]`;
  return random.chance(0.1) ? `[[emu:latecallback=${random.integer(200, 6000)}]]` : "";
}

function drawTrouble(random: Random, model: OrderedModel): string {
  const all = TROUBLES.reduce((sum, [share]) => sum + share, 0);
  let drawn = random.integer(1, all);
  for (const [share, marker] of TROUBLES) {
    drawn -= share;
    if (drawn <= 0) return marker(random, model);
  }
  return "";
}
