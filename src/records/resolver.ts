import type { Collection } from "../collections/collection.ts";
import { type Fragment, identifier } from "../db/dialect/fragment.ts";
import type { ParsedFilter } from "../filter/ast.ts";
import {
  compileFilter,
  type Language,
  LANGUAGE,
  type Resolver,
  type Values,
} from "../filter/compile.ts";
import { FilterError } from "../filter/errors.ts";
import type { Operand } from "../filter/operand.ts";
import { parseFilter } from "../filter/parser.ts";
import type { Shape } from "../filter/shape.ts";
import type { RuleContext } from "./plan-context.ts";
import { type JoinRequest, JoinSet, MatchAllPath } from "./resolver-joins.ts";
import { NULL_OPERAND, PathWalk } from "./resolver-path.ts";
import { type RequestScope, resolveRequest } from "./resolver-request.ts";

export interface ResolverOptions {
  /** Where names are looked up; the base collection itself need not be among them. */
  readonly collections: { find(idOrName: string): Collection | undefined };
  readonly base: Collection;
  readonly shape: Shape<RuleContext>;
  /** False for queries made by code. */
  readonly hasRequest: boolean;
  /** Hidden fields may be used and joined collections need no list rule: rules, superusers and code. */
  readonly allowHidden: boolean;
  readonly language?: Language;
}

interface Nested {
  readonly alias: string;
  readonly prefix: string;
  readonly joins: JoinSet;
}

/** Gives names in rules, filters and sorts of a collection their meaning, and collects the joins they need. */
export class RecordResolver implements Resolver, RequestScope {
  readonly base: Collection;
  readonly shape: Shape<RuleContext>;
  readonly joins: JoinSet;
  /** May be changed between one text and the next: rules see more than the filters beside them. */
  allowHidden: boolean;
  readonly #options: ResolverOptions;
  readonly #alias: string;
  readonly #prefix: string;
  readonly #listRules = new Map<string, Collection>();

  constructor(options: ResolverOptions, nested?: Nested) {
    this.base = options.base;
    this.shape = options.shape;
    this.allowHidden = options.allowHidden;
    this.#options = options;
    this.#alias = nested?.alias ?? options.base.name;
    this.#prefix = nested?.prefix ?? "";
    this.joins = nested?.joins ?? new JoinSet(options.base.name);
  }

  resolve(name: string): Operand {
    if (!RESOLVABLE.test(name))
      throw new FilterError(`failed to resolve field ${JSON.stringify(name)}`);
    const parts = name.split(".");
    if (parts[0] === "@request")
      return this.#options.hasRequest ? resolveRequest(this, parts.slice(1)) : NULL_OPERAND;
    if (parts[0] === "@collection") return this.#unrelated(name, parts);
    const matchAll = this.matchAllPath();
    const start = { collection: this.base, alias: this.#alias, matchAll, missingIsNull: false };
    return new PathWalk(this, start).walk(parts);
  }

  /** Compiles a text whose literals never change. */
  compile(text: string): Fragment {
    return this.compileParsed(parseFilter(text));
  }

  /** @param values where literals and placeholders come from; the literals themselves when absent */
  compileParsed(parsed: ParsedFilter, values?: Values): Fragment {
    return compileFilter(parsed, {
      resolver: this,
      uniqueAlias: (prefix) => this.joins.unique(prefix),
      language: this.#options.language ?? LANGUAGE,
      ...(values && { values }),
    });
  }

  /**
   * The list rules of the collections that a client's filter or sort looked into: rows related to what the
   * client could not list are left out. To be asked for last; adds joins.
   */
  listRuleConditions(): Fragment[] {
    return [...this.#listRules].flatMap(([alias, collection]) => {
      if (!collection.listRule) return [];
      const options = { ...this.#options, base: collection, allowHidden: true };
      const nested = { alias, prefix: `${this.#prefix}${alias}|`, joins: this.joins };
      // A missing related record must not hide the row: `a.x = 1 || b.x = 1` with an empty `b`.
      return [new RecordResolver(options, nested).compile(`id='' || (\n${collection.listRule}\n)`)];
    });
  }

  find(idOrName: string): Collection | undefined {
    if (idOrName === this.base.id || idOrName === this.base.name) return this.base;
    return this.#options.collections.find(idOrName);
  }

  join(request: JoinRequest): string {
    return this.joins.add({ ...request, key: this.#prefix + request.key });
  }

  joinCollection(collection: Collection, request: Omit<JoinRequest, "source">): string {
    if (!this.allowHidden && collection.listRule === null) {
      throw new FilterError(
        `${JSON.stringify(collection.name)} fields can be accessed only when allowHiddenFields is enabled or by superusers`,
      );
    }
    const alias = this.join({ ...request, source: identifier(collection.name) });
    if (!this.allowHidden) this.#listRules.set(alias, collection);
    return alias;
  }

  matchAllPath(): MatchAllPath {
    return new MatchAllPath(this.base.name, this.#alias);
  }

  /** `@collection.name.field` and `@collection.name:alias.field`: every row of another collection. */
  #unrelated(name: string, parts: readonly string[]): Operand {
    const [, reference = "", ...path] = parts;
    const [idOrName = "", label] = reference.split(":");
    const collection = this.find(idOrName);
    if (!collection) {
      throw new FilterError(
        `failed to load collection ${JSON.stringify(reference)} from field path ${JSON.stringify(name)}`,
      );
    }
    const alias = this.joinCollection(collection, {
      key: `@collection.${collection.name}:${label ?? ""}`,
      alias: label ? `__collection_alias_${label}` : `__collection_${collection.name}`,
      multiplies: true,
    });
    const matchAll = this.matchAllPath();
    matchAll.alias = `__mm_${alias}`;
    matchAll.isMultiple = true;
    matchAll.join(identifier(collection.name), matchAll.alias);
    return new PathWalk(this, { collection, alias, matchAll, missingIsNull: false }).walk(path);
  }
}

/** The forms a name may have (PocketBase: the allowed fields of its resolver). */
const RESOLVABLE =
  /^(?:\w+[\w.:]*|@request\.(?:context|method|(?:auth|body|query|headers)\.[\w.:]*\w+)|@collection\.\w+(?::\w+)?\.[\w.:]*\w+)$/;
