/** Consecutive faults after which a model is left alone. */
const FAULTS_TO_OPEN = 5;
/** How long it is left alone before one request may try it. */
const OPEN_MS = 30_000;
/** Outcomes that are remembered, and for how long. */
const REMEMBERED = 50;
const RECENT_MS = 600_000;

/** `closed`: it works. `open`: it is left alone. `half-open`: the next request finds out. */
export type CircuitState = "closed" | "open" | "half-open";

/** How a model of a provider has been doing lately. */
export interface ModelHealth {
  readonly provider: string;
  readonly model: string;
  readonly circuit: CircuitState;
  /** Of the last ten minutes. */
  readonly succeeded: number;
  readonly failed: number;
  /** Unix milliseconds; undefined when there was none. */
  readonly lastFaultAt: number | undefined;
}

interface Track {
  readonly provider: string;
  readonly model: string;
  readonly outcomes: { readonly at: number; readonly isOk: boolean }[];
  faultsInARow: number;
  lastFaultAt: number | undefined;
  openedAt: number | undefined;
  /** Since when one request tries whether it works again. */
  triedAt: number | undefined;
}

/**
 * What became of the requests to each model: the vendor's faults only, not refused contents or empty accounts.
 * Nothing is refused because of it; it tells which of several models to ask first.
 */
export class ProviderHealth {
  readonly #now: () => number;
  readonly #tracks = new Map<string, Track>();

  constructor({ now = Date.now }: { now?: () => number } = {}) {
    this.#now = now;
  }

  record(provider: string, model: string, outcome: "ok" | "fault"): void {
    const track = this.#trackOf(provider, model);
    const at = this.#now();
    track.outcomes.push({ at, isOk: outcome === "ok" });
    if (track.outcomes.length > REMEMBERED) track.outcomes.shift();
    const wasTried = track.triedAt !== undefined;
    track.triedAt = undefined;
    if (outcome === "ok") {
      track.faultsInARow = 0;
      track.openedAt = undefined;
      return;
    }
    track.lastFaultAt = at;
    track.faultsInARow++;
    if (track.faultsInARow >= FAULTS_TO_OPEN || wasTried) track.openedAt = at;
  }

  /** Whether to ask this model rather than another one. The first to hear yes of a half-open one tries it. */
  isWorthAsking(provider: string, model: string): boolean {
    const track = this.#tracks.get(keyOf(provider, model));
    if (!track || this.#circuitOf(track) === "closed") return true;
    if (this.#circuitOf(track) === "open") return false;
    track.triedAt = this.#now();
    return true;
  }

  all(): ModelHealth[] {
    const since = this.#now() - RECENT_MS;
    return [...this.#tracks.values()].map((track) => {
      const recent = track.outcomes.filter(({ at }) => at > since);
      const succeeded = recent.filter(({ isOk }) => isOk).length;
      return {
        provider: track.provider,
        model: track.model,
        circuit: this.#circuitOf(track),
        succeeded,
        failed: recent.length - succeeded,
        lastFaultAt: track.lastFaultAt,
      };
    });
  }

  #circuitOf({ openedAt, triedAt }: Track): CircuitState {
    if (openedAt === undefined) return "closed";
    // Somebody is trying: others wait for what comes of it, but not for ever.
    const since = triedAt ?? openedAt;
    return this.#now() - since < OPEN_MS ? "open" : "half-open";
  }

  #trackOf(provider: string, model: string): Track {
    const key = keyOf(provider, model);
    let track = this.#tracks.get(key);
    if (!track) {
      track = {
        provider,
        model,
        outcomes: [],
        faultsInARow: 0,
        lastFaultAt: undefined,
        openedAt: undefined,
        triedAt: undefined,
      };
      this.#tracks.set(key, track);
    }
    return track;
  }
}

function keyOf(provider: string, model: string): string {
  return `${provider} ${model}`;
}
