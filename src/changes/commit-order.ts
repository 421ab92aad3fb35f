/** What a change is told when it is its turn. */
export interface Place {
  /** In the change log; undefined while there is none. */
  readonly position: number | undefined;
  /** Every change up to this position has had its turn or will never have one. */
  readonly resumeAfter: number;
  /** False once the same row was written again, even if only in a transaction that is still open. */
  isLatest(): boolean;
}

/** What is to be done for a change once it is its turn. Must not throw. */
export type Turn = (place: Place) => Promise<void>;

interface Ticket {
  readonly position: number | undefined;
  readonly subject: string;
  readonly openedAt: number;
  state: "open" | "ready" | "gone";
  turn: Turn | undefined;
}

export interface CommitOrderOptions {
  /** How long a change that is not finished holds up the ones behind it, in milliseconds. */
  readonly patienceMs: number;
  /** After this a change that never finished is forgotten. */
  readonly expiryMs: number;
}

/**
 * Lets the consequences of changes happen in the order in which their rows were written. A change gets a ticket
 * while its row is written, and its turn when its transaction is committed and all handlers around it are
 * through; those may take long, so a change waits only a moment for the ones before it and then overtakes them.
 */
export class CommitOrder {
  readonly #options: CommitOrderOptions;
  readonly #tickets = new WeakMap<object, Ticket[]>();
  /** In the order of their writes. */
  #queue: Ticket[] = [];
  /** Overtaken by later ones. */
  readonly #late = new Set<Ticket>();
  readonly #latest = new Map<string, Ticket>();
  #draining = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CommitOrderOptions = { patienceMs: 1000, expiryMs: 60_000 }) {
    this.#options = options;
  }

  /**
   * Takes the next place. To be called while the row is written.
   *
   * @param key the object that is written
   * @param subject names its row
   */
  open(key: object, subject: string, position: number | undefined): void {
    const ticket = this.#enqueue(subject, position);
    const others = this.#tickets.get(key);
    if (others) others.push(ticket);
    else this.#tickets.set(key, [ticket]);
  }

  /** The oldest unfinished write of `key` is committed. One that has no place gets the last one. */
  ready(key: object, subject: string, turn: Turn): void {
    const ticket = this.#take(key) ?? this.#enqueue(subject, undefined);
    ticket.turn = turn;
    ticket.state = "ready";
    void this.#drain();
  }

  /** The oldest unfinished write of `key` has failed or was rolled back. */
  gone(key: object): void {
    const ticket = this.#take(key);
    if (!ticket) return;
    ticket.state = "gone";
    this.#late.delete(ticket);
    this.#forget(ticket);
    void this.#drain();
  }

  #take(key: object): Ticket | undefined {
    const tickets = this.#tickets.get(key);
    const ticket = tickets?.shift();
    if (tickets?.length === 0) this.#tickets.delete(key);
    return ticket;
  }

  #enqueue(subject: string, position: number | undefined): Ticket {
    const ticket: Ticket = {
      position,
      subject,
      openedAt: Date.now(),
      state: "open",
      turn: undefined,
    };
    this.#queue.push(ticket);
    this.#latest.set(subject, ticket);
    return ticket;
  }

  #forget(ticket: Ticket): void {
    if (this.#latest.get(ticket.subject) === ticket) this.#latest.delete(ticket.subject);
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    // The answer to whoever wrote goes first.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      for (let ticket = this.#next(); ticket; ticket = this.#next()) {
        await ticket.turn?.(this.#placeOf(ticket));
        this.#forget(ticket);
      }
    } finally {
      this.#draining = false;
    }
  }

  #next(): Ticket | undefined {
    for (const ticket of this.#late) {
      if (ticket.state === "open" && Date.now() - ticket.openedAt < this.#options.expiryMs)
        continue;
      this.#late.delete(ticket);
      if (ticket.state === "ready") return ticket;
      this.#forget(ticket);
    }
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      const waited = Date.now() - first.openedAt;
      if (first.state === "open" && waited < this.#options.patienceMs) {
        this.#wakeIn(this.#options.patienceMs - waited);
        return undefined;
      }
      this.#queue.shift();
      if (first.state === "ready") return first;
      if (first.state === "open") this.#overtake(first, waited);
    }
    return undefined;
  }

  #overtake(ticket: Ticket, waited: number): void {
    if (waited < this.#options.expiryMs) this.#late.add(ticket);
    else this.#forget(ticket);
  }

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#drain(), milliseconds).unref();
  }

  /** Several events may come of one position, so it counts as passed only with the next. */
  #placeOf(ticket: Ticket): Place {
    let lowest = ticket.position ?? 0;
    for (const { position } of this.#late)
      if (position !== undefined && position < lowest) lowest = position;
    return {
      position: ticket.position,
      resumeAfter: Math.max(0, lowest - 1),
      isLatest: () => (this.#latest.get(ticket.subject) ?? ticket) === ticket,
    };
  }
}
