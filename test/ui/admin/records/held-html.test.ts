import { expect, test } from "vitest";
import { holdHtml, releaseHtml } from "../../../../src/ui/admin/records/rich-text/held-html.ts";

const isOwn = (address: string) => address.startsWith("/");

test.for([
  '<p style="color:red" title="a style=b">x</p>',
  '<img src="https://elsewhere.example/a.png" alt="a > b">',
  '<img src="/api/files/a.png">',
  `<a href="javascript:alert('1')" onclick="alert(1)">x</a>`,
  '<p>a</p><script>if (1 < 2) alert("&amp;")</script><p>b</p>',
  '<iframe src="https://elsewhere.example" allowfullscreen></iframe>',
  "<style>p > b { color: red }</style><!-- <b>note</b> --><table><tbody><tr><td>1</td></tr></tbody></table>",
  '<svg onload="x()"><path d="M0 0"/></svg>',
])("holds back what acts in %s, and gives it back", (html) => {
  const held = holdHtml(html, isOwn);
  expect(held).not.toMatch(/<(?:script|style|iframe|svg)|\s(?:style|onclick|onload)=["]|<!--/);
  expect(held).not.toMatch(/\ssrc="https:/);
  expect(releaseHtml(held)).toBe(html);
});

test("an empty paragraph of the browser is no text", () => {
  expect(releaseHtml("<p><br></p>")).toBe("");
  expect(releaseHtml("<p>a<br></p>")).toBe("<p>a<br></p>");
});
