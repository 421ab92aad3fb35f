/** Rules on single files beside the import matrix: names, exports, SQL texts, the extension's imports. */
import { posix } from "node:path";
import type { Violation } from "./layers.ts";
import { findImports, findInCode, findInTexts } from "./source.ts";

const NAME =
  /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|peer|browser|official|tools|bench|config|test-d|d))?\.(?:ts|tsx|js)$/;
/** `<time>_<what it does>`, as PocketBase names the files of its own migrations. */
const MIGRATION_NAME = /^schema\/migrations\/\d+_[a-z0-9_]+\.ts$/;
/** Say nothing about what is inside. */
const FORBIDDEN_NAMES = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "manager",
  "common",
  "misc",
  "shared",
]);

export function findNameViolations(file: string): Violation[] {
  const name = posix.basename(file);
  const words = name.replace(/\..*$/, "").split("-");
  const vague = words.find((word) => FORBIDDEN_NAMES.has(word));
  const rules = [];
  if (!NAME.test(name) && !MIGRATION_NAME.test(file)) rules.push(`${name} is not kebab-case`);
  if (vague) rules.push(`"${vague}" does not say what the file does: name it after that`);
  for (const folder of posix.dirname(file).split("/")) {
    if (FORBIDDEN_NAMES.has(folder))
      rules.push(`the folder "${folder}" says nothing about what is in it`);
  }
  return rules.map((rule) => ({ at: file, rule }));
}

/** A hook folder's or file's entry is called by its default export; tools want one from their configuration. */
const MAY_EXPORT_DEFAULT =
  /^hooks\/[^/]+(?:\/index)?\.ts$|^test\/hooks\/generatio\/seeds\/switched\/|\.config\.ts$|^test\/conformance\/event-counter\.ts$/;

export function findDefaultExports(file: string, text: string): Violation[] {
  if (MAY_EXPORT_DEFAULT.test(file)) return [];
  return findInCode(text, /^export\s+default\b|\bas\s+default\b/).map((line) => ({
    at: `${file}:${line}`,
    rule: "no default export: a name is found by searching for it",
  }));
}

/** Text that only SQLite understands. Another database's dialect must be able to replace all of it. */
const SQLITE_ONLY =
  /json_each|json_extract|json_valid|strftime\(|\browid\b|_rowid_|\bCOLLATE\b|\bPRAGMA\b|sqlite_master|sqlite_schema/;

/**
 * Files that hold such words without building SQL of them: words of the filter language, texts of stored
 * indexes, explanations in messages.
 */
const SQL_WORDS_ALLOWED: ReadonlyMap<string, string> = new Map([
  ["src/fields/settings.ts", "a field may not be named _rowid_"],
  ["src/filter/sort.ts", "@rowid is a sort key of the API"],
  ["src/ui/admin/records/list/sort.ts", "@rowid is a sort key of the API"],
  ["src/lib/index-expression.ts", "parses stored index texts"],
  ["src/ui/admin/rules/complete-rule.ts", "suggests functions of the filter language"],
  ["src/ui/kit/code-languages.ts", "colours SQL that is typed"],
]);

export function findSqlViolations(file: string, text: string): Violation[] {
  const isDialect = file.startsWith("src/db/dialect/");
  if (!/^(src|hooks|schema)\//.test(file) || isDialect || SQL_WORDS_ALLOWED.has(file)) return [];
  return findInTexts(text, SQLITE_ONLY).map((line) => ({
    at: `${file}:${line}`,
    rule: "SQL that only SQLite understands belongs into src/db/dialect",
  }));
}

/** Files that are allowed words and do not hold any: the list must not outlive its reasons. */
export function findStaleAllowances(files: ReadonlyMap<string, string>): Violation[] {
  return [...SQL_WORDS_ALLOWED.keys()]
    .filter((file) => findInTexts(files.get(file) ?? "", SQLITE_ONLY).length === 0)
    .map((file) => ({ at: file, rule: "is allowed to hold SQLite's words but holds none" }));
}

const PUBLIC_ENTRIES = new Set([
  "generatio",
  "generatio/testing",
  "generatio/ui",
  "generatio/client",
]);

/** What an extension may import: the public API, generated record types, its own files, Node, npm packages. */
export function findExtensionViolations(
  file: string,
  text: string,
  packages: ReadonlySet<string>,
): Violation[] {
  const [, extension = ""] = file.split("/");
  const home = file.split("/").length > 2 ? `hooks/${extension}/` : "hooks/";
  return findImports(text).flatMap(({ specifier, line }) => {
    const rule = specifier.startsWith(".")
      ? refusedFile(posix.join(posix.dirname(file), specifier), home)
      : refusedPackage(specifier, packages);
    return rule ? [{ at: `${file}:${line}`, rule: `${specifier}: ${rule}` }] : [];
  });
}

function refusedFile(target: string, home: string): string | undefined {
  if (target.startsWith(home) || target === "schema/types.ts") return undefined;
  return `an extension imports its own files (${home}), schema/types.ts and the public API "generatio"`;
}

function refusedPackage(specifier: string, packages: ReadonlySet<string>): string | undefined {
  if (specifier.startsWith("node:") || PUBLIC_ENTRIES.has(specifier)) return undefined;
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (name === "generatio") return "is no entry of the public API";
  return packages.has(name) ? undefined : "is not in package.json";
}

/** What a route family may reach of its extension: what checks and orders, never what stores, sends or pays. */
const FAMILY_IMPORTS =
  /^(?:pipeline|families|routes\/group\.ts|answer-errors\.ts|caller\.ts|errors\.ts|validation\.ts|spending\/money\.ts)(?:\/|$)/;
const REACHES_DATA = /\.(?:app|db|auxDb)\b|[{,]\s*(?:app|db|auxDb)\b\s*[,}]/;

/** A route family decodes its body, calls the pipeline and encodes its dialect; types are free. */
export function findFamilyViolations(file: string, text: string): Violation[] {
  const [, extension = ""] = file.split("/");
  const home = `hooks/${extension}/`;
  const imports = findImports(text).filter(({ isType, specifier }) => {
    const target = posix.join(posix.dirname(file), specifier);
    const isOwn = specifier.startsWith(".");
    if (isType) return false;
    return isOwn
      ? !FAMILY_IMPORTS.test(target.slice(home.length))
      : specifier === "generatio" || specifier.startsWith("node:sql");
  });
  return [
    ...imports.map(({ specifier, line }) => ({
      at: `${file}:${line}`,
      rule: `${specifier}: a route family calls the pipeline; it reaches no database, provider or ledger`,
    })),
    ...[...new Set(findInCode(text, REACHES_DATA))].map((line) => ({
      at: `${file}:${line}`,
      rule: "a route family does not touch the app or its database",
    })),
  ];
}
