import { holdHtml } from "./held-html.ts";

/**
 * HTML as a tree that may stand in the page: what the text pass has missed in broken HTML is taken out of it.
 *
 * @returns its parent, in a document where nothing is loaded
 */
export function parseHeld(html: string): HTMLElement {
  const parsed = new DOMParser().parseFromString(`<body>${holdHtml(html, isOwn)}`, "text/html");
  const { body } = parsed;
  for (const element of body.querySelectorAll("script,style,iframe,object,embed,link,meta,base")) {
    element.remove();
  }
  for (const element of body.querySelectorAll("*")) {
    for (const { name } of Array.from(element.attributes)) {
      if (/^on|^style$|^srcset$/i.test(name)) element.removeAttribute(name);
    }
  }
  return body;
}

function isOwn(address: string): boolean {
  const url = URL.parse(address, location.href);
  return url !== null && (url.origin === location.origin || url.protocol === "blob:");
}
