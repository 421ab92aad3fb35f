/*
 * HTML of records is put into the page to be edited. What would run, load from elsewhere or bring styles of its
 * own is held back under other names meanwhile, and is as it was when the HTML is read again. This is done in
 * the text: a browser that parses it judges styles by the content policy even where nothing is shown.
 */

const HELD = "data-held-";

/** Elements that do something, or that a text cannot stand in, with all that is in them. */
const ELEMENTS =
  /<(script|style|iframe|object|svg|math|template|noscript|form|textarea|select)\b[^]*?<\/\1\s*>|<(?:link|meta|base|embed|input|iframe|script|style)\b(?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
const COMMENT = /<!--[^]*?-->/g;
const TAG = /<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi;
const ATTRIBUTE = /([\s/"'])([a-z][\w:-]*)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/gi;
const STAND = /<span data-held-element="([^"]*)"[^>]*>[^<]*<\/span>/g;

/**
 * HTML that may stand in a page.
 *
 * @param isOwn whether something may be loaded from an address
 */
export function holdHtml(html: string, isOwn: (address: string) => boolean): string {
  return html
    .replaceAll(COMMENT, standFor)
    .replaceAll(ELEMENTS, standFor)
    .replaceAll(TAG, (_whole, name: string, attributes: string) => {
      const held = attributes.replaceAll(
        ATTRIBUTE,
        (_attribute, before: string, name: string, equals: string, value: string) =>
          before +
          (isHeld(name.toLowerCase(), unquoted(value), isOwn) ? HELD : "") +
          name +
          equals +
          value,
      );
      return `<${name}${held}>`;
    });
}

/** The HTML that held HTML stands for, as a browser writes it. */
export function releaseHtml(held: string): string {
  const html = held
    .replaceAll(TAG, (_whole, name: string, attributes: string) => {
      const isStand = attributes.includes(`${HELD}element=`);
      const free = attributes.replaceAll(
        ATTRIBUTE,
        (_attribute, before: string, name: string, equals: string, value: string) =>
          before +
          (name.startsWith(HELD) && !isStand ? name.slice(HELD.length) : name) +
          equals +
          value,
      );
      return `<${name}${free}>`;
    })
    .replaceAll(STAND, (_whole, element: string) => unescaped(element));
  return html === "<br>" || html === "<p><br></p>" ? "" : html;
}

function standFor(element: string): string {
  const name = /^<([a-z]+|!--)/i.exec(element)?.[1] ?? "";
  return `<span data-held-element="${escaped(element)}" contenteditable="false">&lt;${name}&gt;</span>`;
}

function isHeld(name: string, value: string, isOwn: (address: string) => boolean): boolean {
  if (name === "style" || name === "srcset" || name === "id" || name.startsWith("on")) return true;
  if (name === "src" || name === "poster" || name === "background") return !isOwn(unescaped(value));
  return name === "href" && /^\s*javascript:/i.test(unescaped(value));
}

function unquoted(value: string): string {
  return value.replace(/^(["'])([^]*)\1$/, "$2");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
