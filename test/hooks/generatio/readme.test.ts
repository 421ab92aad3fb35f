import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ERROR_STATUS } from "../../../hooks/generatio/errors.ts";
import { collections } from "../../../schema/collections.ts";
import { startProduct } from "./product-server.ts";

const readme = readFileSync(new URL("../../../hooks/generatio/README.md", import.meta.url), "utf8");

/** The cells of the rows that begin with a name in backticks, below a heading or a table's first cell. */
function rowsAfter(start: string): string[][] {
  const lines = readme.slice(readme.indexOf(start)).split("\n").slice(1);
  const first = lines.findIndex((line) => line.startsWith("| `"));
  const end = lines.findIndex((line, index) => index > first && !line.startsWith("|"));
  return lines.slice(first, end).map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1),
  );
}

const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

describe("the extension's README", () => {
  it("lists every error with its status", () => {
    const listed = rowsAfter("| `error` | status |").map(([name, status]) => [
      names(name!)[0],
      Number(status!.split(",")[0]),
    ]);
    expect(Object.fromEntries(listed)).toEqual(ERROR_STATUS);
  });

  it("lists every collection", () => {
    const listed = rowsAfter("## Collections").flatMap(([name]) => names(name!));
    expect(listed.toSorted()).toEqual(collections.map(({ name }) => name).toSorted());
  });

  it("lists every variable that the settings read", () => {
    const source = readFileSync(
      new URL("../../../hooks/generatio/settings.ts", import.meta.url),
      "utf8",
    );
    const read = new Set(
      [...source.matchAll(/"(GENERATIO_[A-Z0-9_]+)"/g)].map((match) => match[1]),
    );
    const listed = rowsAfter("## Settings").flatMap(([name]) => names(name!));
    expect(listed.toSorted()).toEqual([...read].toSorted());
  });

  it("lists only routes that exist", async () => {
    const product = await startProduct();
    try {
      const table = readme.slice(readme.indexOf("## Routes"), readme.indexOf("Everything else is"));
      const rows = table.split("\n").filter((line) => /^\| (GET|POST|PUT|DELETE)/.test(line));
      const routes = rows.flatMap((row) => {
        const isPublic = row.split("|")[2]!.trim() === "everybody";
        let method = "";
        return [...row.split("|")[1]!.matchAll(/(GET|POST|PUT|DELETE)|`([^`]+)`/g)].flatMap(
          (match) => {
            method = match[1] ?? method;
            return match[2] ? [{ method, path: match[2], isPublic }] : [];
          },
        );
      });
      expect(routes.length).toBeGreaterThan(20);
      const answers = await Promise.all(
        routes.map(async ({ method, path, isPublic }) => ({
          route: `${method} ${path}`,
          wanted: isPublic ? 200 : 401,
          got: (await product.call(method, path)).status,
        })),
      );
      // An unknown path is a 404 for everybody.
      expect(answers.filter(({ wanted, got }) => wanted !== got)).toEqual([]);
    } finally {
      await product.close();
    }
  });
});
