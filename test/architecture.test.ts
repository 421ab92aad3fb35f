import { globSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { describe, expect, test } from "vitest";
import { findLayerViolations, type Violation } from "./architecture/layers.ts";
import { findLiteralTexts } from "./architecture/literal-text.ts";
import {
  findDefaultExports,
  findExtensionViolations,
  findFamilyViolations,
  findNameViolations,
  findSqlViolations,
  findStaleAllowances,
} from "./architecture/rules.ts";
import { findImports } from "./architecture/source.ts";

const root = new URL("..", import.meta.url);
const { dependencies, devDependencies } = JSON.parse(
  readFileSync(new URL("package.json", root), "utf8"),
) as Record<string, Record<string, string>>;
const packages = new Set(Object.keys({ ...dependencies, ...devDependencies }));
const files = readSources();

function readSources(): ReadonlyMap<string, string> {
  const paths = globSync("{src,hooks,schema,test}/**/*.{ts,tsx,js}", { cwd: root });
  return new Map(
    paths
      .map((path) => path.replaceAll(sep, "/"))
      .toSorted()
      .map((path) => [path, readFileSync(new URL(path, root), "utf8")]),
  );
}

function check(
  folders: RegExp,
  rule: (file: string, text: string) => readonly Violation[],
): string[] {
  return [...files]
    .filter(([file]) => folders.test(file))
    .flatMap(([file, text]) => rule(file, text))
    .map(({ at, rule: broken }) => `${at}  ${broken}`);
}

describe("the sources", () => {
  test("import only what their layer may", () => {
    expect(check(/^src\/.*\.tsx?$/, findLayerViolations)).toEqual([]);
  });

  test("of an extension import only the public API, its own files, Node and npm packages", () => {
    const rule = (file: string, text: string) => findExtensionViolations(file, text, packages);
    expect(check(/^hooks\//, rule)).toEqual([]);
  });

  test("of a route family call the pipeline, and nothing that stores, sends or pays", () => {
    expect(check(/^hooks\/[^/]+\/families\//, findFamilyViolations)).toEqual([]);
  });

  test("have kebab-case names that say what is inside", () => {
    expect(check(/./, findNameViolations)).toEqual([]);
  });

  test("export by name, but for hook entries and configurations", () => {
    expect(check(/./, findDefaultExports)).toEqual([]);
  });

  test("of the pages hold no text that people read", () => {
    expect(check(/\.tsx$/, findLiteralTexts)).toEqual([]);
  });

  test("hold SQL of SQLite only in its dialect", () => {
    expect(check(/./, findSqlViolations)).toEqual([]);
    expect(findStaleAllowances(files)).toEqual([]);
  });
});

describe("the matrix refuses", () => {
  test.for([
    ["src/lib/text.ts", "../db/open.ts"],
    ["src/db/open.ts", "../records/record.ts"],
    ["src/db/open.ts", "../filter/compile.ts"],
    ["src/db/dialect/schema.ts", "../open.ts"],
    ["src/filter/compile.ts", "../db/open.ts"],
    ["src/fields/text.ts", "../collections/collection.ts"],
    ["src/collections/save.ts", "../records/save.ts"],
    ["src/records/save.ts", "../auth/tokens.ts"],
    ["src/records/save.ts", "../http/event.ts"],
    ["src/records/save.ts", "../app.ts"],
    ["src/logs/write.ts", "../mail/send.ts"],
    ["src/http/server.ts", "../records/save.ts"],
    ["src/http/server.ts", "../app.ts"],
    ["src/records/save.ts", "../../hooks/generatio/index.ts"],
    ["src/novelties/save.ts", "../lib/id.ts"],
    ["src/ui/admin/main.tsx", "../../lib/id.ts"],
    ["src/ui/kit/button.tsx", "../admin/main.tsx"],
    ["src/http/routes.ts", "../ui/kit/index.ts"],
  ])("%s importing %s", ([file, specifier]) => {
    expect(findLayerViolations(file!, `import { x } from "${specifier}";`)).toHaveLength(1);
    expect(findLayerViolations(file!, `export * from "${specifier}";`)).toHaveLength(1);
    expect(findLayerViolations(file!, `const x = await import("${specifier}");`)).toHaveLength(1);
    expect(findLayerViolations(file!, `import type { X } from "${specifier}";`)).toEqual([]);
  });

  test.for([
    ["src/records/save.ts", "../db/dialect/fragment.ts"],
    ["src/fields/text.ts", "../db/dialect/columns.ts"],
    ["src/auth/tokens.ts", "../records/save.ts"],
    ["src/records/routes.ts", "../http/event.ts"],
    ["src/records/events.ts", "../http/event.ts"],
    ["src/settings/save.ts", "../auth/tokens.ts"],
    ["src/app.ts", "./records/save.ts"],
    ["src/cli/serve.ts", "../app.ts"],
    ["src/db/migrations/initial.ts", "../../collections/scaffold.ts"],
    ["src/ui/admin/main.tsx", "../kit/button.tsx"],
  ])("but not %s importing %s", ([file, specifier]) => {
    expect(findLayerViolations(file!, `import { x } from "${specifier}";`)).toEqual([]);
  });
});

describe("the other rules refuse", () => {
  test.for([
    "src/lib/utils.ts",
    "src/lib/textHelpers.ts",
    "src/db/Connection.ts",
    "src/common/a.ts",
  ])("the name %s", (file) => {
    expect(findNameViolations(file)).not.toEqual([]);
  });

  test.for(["export default 1;", "const a = 1;\nexport { a as default };"])("%j", (text) => {
    expect(findDefaultExports("src/lib/id.ts", text)).toHaveLength(1);
    expect(findDefaultExports("hooks/generatio/index.ts", text)).toEqual([]);
  });

  test.for([
    'const a = "SELECT value FROM json_each(?)";',
    "const a = sql`ORDER BY x COLLATE NOCASE`;",
    "const a = `PRAGMA optimize`;",
    "const a = 'select rowid from t';",
  ])("%s outside of the dialect", (text) => {
    expect(findSqlViolations("src/records/list.ts", text)).toHaveLength(1);
    expect(findSqlViolations("src/db/dialect/list.ts", text)).toEqual([]);
  });

  test.for(["// a PRAGMA", "/** json_each\n * rowid */", "const rowid = 1;"])(
    "but not %j, which is no text",
    (text) => {
      expect(findSqlViolations("src/records/list.ts", text)).toEqual([]);
    },
  );

  test.for([
    "const a = <p>Hello</p>;",
    'const a = <p>{"Hello"}</p>;',
    'const a = <Field label="Name" />;',
    'const a = <Field label={"Name"} />;',
    'const a = <b aria-label="Close" />;',
    'const a = [{ id: "x", head: "Email" }];',
  ])("the text in %s", (text) => {
    expect(findLiteralTexts("src/ui/admin/a.tsx", text)).toHaveLength(1);
  });

  test.for([
    'const a = <p class="page">{t("page.title")}</p>;',
    "const a = <p>{` · `}</p>;",
    'const a = <input type="text" label={t("a.b")} />;',
    'const a = { type: "text", name: "title" };',
    'const a = { title: "fields.text" };',
  ])("but not %s", (text) => {
    expect(findLiteralTexts("src/ui/admin/a.tsx", text)).toEqual([]);
  });

  test.for([
    "../../src/app.ts",
    "../other/index.ts",
    "../../schema/collections.ts",
    "generatio/src/app.ts",
    "left-pad",
    "@some/package",
  ])("an extension importing %s", (specifier) => {
    const text = `import type { X } from "${specifier}";`;
    expect(findExtensionViolations("hooks/generatio/index.ts", text, packages)).toHaveLength(1);
  });

  test.for([
    "generatio",
    "generatio/testing",
    "./a/b.ts",
    "../../schema/types.ts",
    "node:fs",
    "zod",
  ])("but not one importing %s", (specifier) => {
    const text = `import { x } from "${specifier}";`;
    expect(findExtensionViolations("hooks/generatio/index.ts", text, packages)).toEqual([]);
  });
});

describe("a route family may not", () => {
  test.for([
    'import { bookUsage } from "../spending/usage.ts";',
    'import { createFal } from "../providers/fal.ts";',
    'import { saveJob } from "../jobs/job.ts";',
    'import { App } from "generatio";',
    "const rows = await product.app.findRecordsByFilter(name);",
    "export function add(group: Group, { app }: Product) {}",
    "await event.app.db.run(statement);",
  ])("hold %s", (text) => {
    expect(findFamilyViolations("hooks/generatio/families/v1.ts", text)).toHaveLength(1);
  });

  test.for([
    'import type { JobReport } from "../jobs/report.ts";',
    'import { orderPictures } from "../pipeline/pipeline.ts";',
    'import { z } from "zod";',
  ])("but hold %s", (text) => {
    expect(findFamilyViolations("hooks/generatio/families/v1.ts", text)).toEqual([]);
  });
});

test("imports are found over several lines, and not in comments and texts", () => {
  const text = `
    import {
      a, // from "x"
    } from "./a.ts";
    import type { B } from "./b.ts";
    import { type C } from "./c.ts";
    import type from "./type.ts";
    import "./side-effect.ts";
    export { d } from "./d.ts";
    // import { e } from "./e.ts";
    const f = 'import("./f.ts")'.replace(/"/, "");
    const g = await import("./g.ts");`;
  const found = findImports(text);
  expect(found.filter(({ isType }) => isType).map(({ specifier }) => specifier)).toEqual([
    "./b.ts",
  ]);
  expect(found.filter(({ isType }) => !isType).map(({ specifier }) => specifier)).toEqual([
    "./a.ts",
    "./c.ts",
    "./type.ts",
    "./side-effect.ts",
    "./d.ts",
    "./g.ts",
  ]);
});
