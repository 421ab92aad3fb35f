import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Marked, type Tokens } from "marked";
import type { Plugin } from "vite";

const README = join(import.meta.dirname, "../../README.md");

/** Puts README.md into the page of the documentation, so that a server without a way out has it too. */
export function readmePage(): Plugin {
  return {
    name: "readme-page",
    transformIndexHtml: {
      order: "pre",
      handler: (html, { path }) =>
        path.endsWith("/docs/index.html") ? html.replace("<!-- README -->", readme) : html,
    },
  };
}

function readme(): string {
  const sections: string[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        const id = slug(text);
        if (depth === 2) sections.push(`<li><a href="#${id}">${text}</a></li>`);
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>`;
      },
      // What is wider than the page scrolls, by keyboard too.
      code({ text }: Tokens.Code) {
        return `<pre tabindex="0"><code>${escaped(text)}</code></pre>`;
      },
    },
    hooks: {
      postprocess: (html) =>
        html
          .replaceAll("<table>", '<div class="docs-table" tabindex="0"><table>')
          .replaceAll("</table>", "</table></div>"),
    },
  });
  const text = marked.parse(readFileSync(README, "utf8"), { async: false });
  const nav = `<a href="../">Admin</a><ul>${sections.join("")}</ul>`;
  return `<nav class="docs-nav" aria-label="Documentation">${nav}</nav><main>${text}</main>`;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
