import { parseHeld } from "./parse-held.ts";

/** What a text is made of; others leave their content. */
const KEPT = new Set(
  "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code hr br a b strong i em u s strike del ins sub sup mark small img figure figcaption table caption thead tbody tfoot tr th td".split(
    " ",
  ),
);
const INLINE = new Set(
  "a b strong i em u s strike del ins sub sup mark small img code br".split(" "),
);
const KEPT_ATTRIBUTES = new Set(["href", "src", "alt", "colspan", "rowspan"]);

/**
 * What is left of copied HTML: its structure, without the styles of where it comes from, without what would run,
 * and without pictures that only elsewhere has.
 */
export function cleanHtml(html: string): string {
  const holder = parseHeld(html);
  for (const element of holder.querySelectorAll("*")) cleanElement(element);
  // Between blocks a browser would make paragraphs of them.
  for (const node of Array.from(holder.childNodes)) {
    const isBlank = node.nodeType === Node.TEXT_NODE && node.textContent?.trim() === "";
    if (isBlank && isBlock(node.previousSibling)) node.remove();
  }
  for (const paragraph of holder.querySelectorAll("p")) {
    if (paragraph.textContent.trim() === "" && !paragraph.querySelector("img")) paragraph.remove();
  }
  return holder.innerHTML.trim();
}

function isBlock(node: Node | null): boolean {
  return node !== null && "localName" in node && !INLINE.has(String(node.localName));
}

function cleanElement(element: Element): void {
  const name = element.localName;
  const isHeld = element.hasAttribute("data-held-element");
  if (isHeld || (name === "img" && !isWhole(element.getAttribute("src")))) element.remove();
  else if (!KEPT.has(name) || (name === "a" && !element.hasAttribute("href"))) {
    element.replaceWith(...element.childNodes);
  }
  for (const attribute of Array.from(element.attributes)) {
    if (!KEPT_ATTRIBUTES.has(attribute.name)) element.removeAttribute(attribute.name);
  }
}

/** Addresses without a host meant the page that they come from. */
function isWhole(address: string | null): boolean {
  return address !== null && URL.canParse(address);
}
