/**
 * Pieces of SQL with their values beside them. Only the functions of `db/dialect` write SQL text; the
 * rest of the engine composes what they return.
 */
export interface Fragment {
  readonly sql: string;
  /** Positional values in order of their `?`; may hold `Slot`s until `bind` resolves them. */
  readonly parameters: readonly unknown[];
}

/** A value that is known only when a cached plan is run (an auth id, a macro, a query parameter). */
export class Slot<C = never> {
  readonly resolve: (context: C) => unknown;

  constructor(resolve: (context: C) => unknown) {
    this.resolve = resolve;
  }
}

class Piece implements Fragment {
  readonly sql: string;
  readonly parameters: readonly unknown[];

  constructor(text: string, parameters: readonly unknown[]) {
    this.sql = text;
    this.parameters = parameters;
  }
}

/** Composes a fragment: interpolated fragments are spliced in, every other value becomes a parameter. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Fragment {
  let text = strings[0]!;
  const parameters: unknown[] = [];
  values.forEach((value, index) => {
    if (value instanceof Piece) {
      text += value.sql;
      parameters.push(...value.parameters);
    } else {
      text += "?";
      parameters.push(value);
    }
    text += strings[index + 1]!;
  });
  return new Piece(text, parameters);
}

/** Literal SQL without values. Never pass anything a client sent. */
export function raw(text: string): Fragment {
  return new Piece(text, []);
}

/** A quoted identifier, or a quoted path of two (`` `table`.`column` ``). */
export function identifier(...names: readonly string[]): Fragment {
  return raw(names.map(quote).join("."));
}

export function quote(name: string): string {
  return "`" + name.replaceAll("`", "``") + "`";
}

/** Joins fragments with literal text between them. */
export function join(fragments: readonly Fragment[], separator: string): Fragment {
  return new Piece(
    fragments.map((fragment) => fragment.sql).join(separator),
    fragments.flatMap((fragment) => fragment.parameters),
  );
}

/** Puts the values of one run into a plan's slots. */
export function bind<C>(fragment: Fragment, context: C): Fragment {
  return {
    sql: fragment.sql,
    parameters: fragment.parameters.map((parameter) =>
      parameter instanceof Slot ? (parameter as Slot<C>).resolve(context) : parameter,
    ),
  };
}

/** The same SQL with each value replaced; slots are replaced too. */
export function mapParameters(
  fragment: Fragment,
  change: (parameter: unknown) => unknown,
): Fragment {
  return new Piece(fragment.sql, fragment.parameters.map(change));
}
