import { expect, test } from "vitest";
import { htmlToText } from "../../src/mail/html-to-text.ts";

/** As PocketBase's own tests of tools/mailer/html2text.go have them, and what markup may do beside. */
const CASES: readonly (readonly [html: string, text: string])[] = [
  ["", ""],
  ["ab  c", "ab c"],
  ["<!-- test html comment -->", ""],
  ["<!-- test html comment --> a ", "a"],
  ["<span>a</span>b<span>c</span>", "abc"],
  ['<a href="a/b/c">test</span>', "[test](a/b/c)"],
  ['<a href="">test</span>', "[test]"],
  ["<span>a</span> <span>b</span>", "a b"],
  ["<span>a</span> b <span>c</span>", "a b c"],
  ["<span>a</span> b <div>c</div>", "a b \r\nc"],
  ["<a href='x'></a>", "[LINK](x)"],
  ["<ul><li>one</li><li>two</li></ul>", "- one\r\n- two"],
  ["a<br><br>b", "a\r\n\r\nb"],
  ["<style>p { color: red }</style><script>alert('<b>')</script><p>text</p>", "text"],
  ["a<img src=x>b<input>c", "abc"],
  ["<p title='a > b'>text</p>", "text"],
  ["<p>1 &lt; 2 &amp;&amp; 3 &#62; 2 &#x2713; &unknown; &nbsp;</p>", "1 < 2 && 3 > 2 ✓ &unknown;"],
  ["<button>no</button><select><option>no</option></select>yes", "yes"],
  ["<!-- never ends <p>text</p>", ""],
  ["a<!doctype html>b<?pi?>c", "abc"],
  ["<svg><svg></svg>inside</svg>after", "after"],
  ["a < b and <unclosed", "a < b and"],
];

test.for(CASES)("%j reads %j", ([html, text]) => {
  expect(htmlToText(html)).toBe(text);
});

test("time grows with the length only", () => {
  for (const piece of ["<", "<a ", "<!--", "<p title='", "&#", "<svg>", "<div>", '<a href="']) {
    const started = performance.now();
    htmlToText(piece.repeat(200_000 / piece.length));
    expect(performance.now() - started).toBeLessThan(1000);
  }
});
