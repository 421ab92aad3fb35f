import { describe, expect, test } from "vitest";
import { formatText, type Text } from "../../../src/ui/admin/i18n/catalogue.ts";
import { de } from "../../../src/ui/admin/i18n/de.ts";
import { en } from "../../../src/ui/admin/i18n/en.ts";
import { fr } from "../../../src/ui/admin/i18n/fr.ts";
import { pseudoText } from "../../../src/ui/admin/i18n/pseudo.ts";

const CATALOGUES: Readonly<Record<string, Readonly<Record<string, Text>>>> = { en, de, fr };

function linesOf(text: Text): string[] {
  return typeof text === "string" ? [text] : Object.values(text);
}

function namesIn(line: string): string[] {
  return [...line.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).toSorted();
}

describe.for(Object.keys(CATALOGUES))("the catalogue %s", (language) => {
  const catalogue = CATALOGUES[language]!;

  test("has every text of English, and no other", () => {
    expect(Object.keys(catalogue).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test("has no empty text and no stray spaces", () => {
    const bad = Object.entries(catalogue).filter(([, text]) =>
      linesOf(text).some((line) => line.trim() === "" || line !== line.trim()),
    );
    expect(bad).toEqual([]);
  });

  test("asks for the same values as English", () => {
    for (const [key, text] of Object.entries<Text>(en)) {
      const wanted = new Set(linesOf(text).map((line) => namesIn(line).join()));
      for (const line of linesOf(catalogue[key] ?? "")) {
        expect([...wanted], `${key}: ${line}`).toContain(namesIn(line).join());
      }
    }
  });

  test("has plurals where English has them", () => {
    for (const [key, text] of Object.entries<Text>(en)) {
      expect(typeof catalogue[key], key).toBe(typeof text);
    }
  });
});

test("most texts are translated", () => {
  for (const [language, catalogue] of Object.entries(CATALOGUES)) {
    if (language === "en") continue;
    const same = Object.entries<Text>(en).filter(
      ([key, text]) => JSON.stringify(catalogue[key]) === JSON.stringify(text),
    );
    expect(same.length / Object.keys(en).length, language).toBeLessThan(0.15);
  }
});

test.for<[Text, Record<string, string | number>, string, string]>([
  ["Delete {name}?", { name: "a{name}b" }, "en", "Delete a{name}b?"],
  [{ one: "{count} row", other: "{count} rows" }, { count: 1 }, "en", "1 row"],
  [{ one: "{count} row", other: "{count} rows" }, { count: 12345 }, "en", "12,345 rows"],
  [{ one: "{count} Zeile", other: "{count} Zeilen" }, { count: 12345 }, "de", "12.345 Zeilen"],
  [{ one: "{count} ligne", other: "{count} lignes" }, { count: 0 }, "fr", "0 ligne"],
  ["{missing}", {}, "en", "{missing}"],
])("%j with %j in %s", ([text, values, language, expected]) => {
  expect(formatText(text, values, language)).toBe(expected);
});

test("the pseudo-locale keeps values and leaves no plain words", () => {
  expect(pseudoText("Delete {name}?")).toBe("⟦Ðéļéţé {name}?····⟧");
  for (const text of Object.values<Text>(en)) {
    for (const line of linesOf(pseudoText(text))) {
      expect(line.replaceAll(/\{\w+\}/g, "")).not.toMatch(/[a-z]{4}/);
    }
  }
});
