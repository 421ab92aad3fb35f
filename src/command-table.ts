/** @param words what stands behind the command's name, without the engine's flags */
export type CommandRun = (words: readonly string[]) => void | Promise<void>;

/** A command of an extension. */
export interface OwnCommand {
  readonly name: string;
  /** One line for those who ask what there is. */
  readonly summary: string;
  readonly run: CommandRun;
}

/** What extensions add to the command line, reached as `app.commands` (PocketBase: App.RootCmd). */
export class CommandTable {
  readonly #commands = new Map<string, OwnCommand>();

  /**
   * Adds a command; one with the same name is replaced, and the engine's own come before it. It runs with the data
   * folder open and its migrations applied, and without a server. Words behind `--` reach it as they are.
   *
   * @throws Error when the name is no single word
   */
  add(name: string, summary: string, run: CommandRun): void {
    if (!/^\w[\w:.-]*$/.test(name))
      throw new Error(`${JSON.stringify(name)} cannot be the name of a command.`);
    this.#commands.set(name, { name, summary, run });
  }

  find(name: string): OwnCommand | undefined {
    return this.#commands.get(name);
  }

  /** In the order they were added. */
  all(): readonly OwnCommand[] {
    return [...this.#commands.values()];
  }
}
