/** Texts that are seen must come from the catalogue: finds those that stand in TSX. */
import { parseSync } from "vite";
import type { Violation } from "./layers.ts";

/** Attributes and properties whose value is read by people. */
const READ = new Set([
  "label",
  "title",
  "placeholder",
  "alt",
  "help",
  "error",
  "text",
  "action",
  "head",
  "aria-label",
  "aria-description",
]);

const LETTERS = /\p{L}{2}/u;
/** A key of the catalogue that is looked up elsewhere. */
const KEY = /^[a-z]\w*(?:\.\w+)+$/;

export function findLiteralTexts(file: string, text: string): Violation[] {
  const { program } = parseSync(file, text);
  const found: Violation[] = [];
  visit(program, (node) => {
    const literal = literalOf(node);
    if (literal === undefined || !LETTERS.test(literal) || KEY.test(literal)) return;
    const line = text.slice(0, Number(node["start"])).split("\n").length;
    found.push({ at: `${file}:${line}`, rule: `"${literal.trim()}" belongs into the catalogue` });
  });
  return found;
}

type Node = Readonly<Record<string, unknown>>;

function literalOf(node: Node): string | undefined {
  if (node["type"] === "JSXText") return String(node["value"]);
  if (node["type"] === "JSXAttribute" && isRead(node["name"])) return stringOf(node["value"]);
  if (node["type"] === "Property" && isRead(node["key"])) return stringOf(node["value"]);
  if (node["type"] === "JSXExpressionContainer") return stringOf(node["expression"]);
  return undefined;
}

function isRead(name: unknown): boolean {
  return isNode(name) && READ.has(String(name["name"]));
}

function stringOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value["type"] === "JSXExpressionContainer") return stringOf(value["expression"]);
  if (value["type"] === "Literal" && typeof value["value"] === "string") return value["value"];
  return undefined;
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, see);
  } else if (isNode(node)) {
    if (typeof node["type"] === "string") see(node);
    // The value of an attribute that is not read may be any text.
    const children = node["type"] === "JSXAttribute" ? jsxValue(node) : Object.values(node);
    for (const child of children) visit(child, see);
  }
}

function jsxValue({ value }: Node): unknown[] {
  const isContainer = isNode(value) && value["type"] === "JSXExpressionContainer";
  return isContainer ? [value["expression"]] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}
