/** What no client should send, by where it is put. Names are used in messages and in the table of exceptions. */

export interface BadBody {
  readonly name: string;
  readonly contentType?: string;
  readonly bytes: Buffer;
  /** Sent in chunks, without its length. */
  readonly isChunked?: boolean;
}

const LONG = "x".repeat(10_000);
const DEEP = 100_000;

/** Stand in the place of one path parameter, escaped. */
export const BAD_SEGMENTS: Readonly<Record<string, string>> = {
  nul: "%00",
  "nul inside": "a%00b",
  parent: "..",
  "escaped parents": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "escaped slash": "a%2Fb",
  backslash: "..%5c..%5cdata.db",
  long: LONG,
  unicode: "%E2%98%83%F0%9F%98%80",
  plus: "a+b",
  blank: "%20",
  "no UTF-8": "%ff%fe",
  quote: "%27%20OR%201=1--",
  proto: "__proto__",
  constructor: "constructor",
  star: "*",
  "broken escape": "%zz",
};

/** Query parameters that some route reads. */
export const QUERY_NAMES = [
  "page",
  "perPage",
  "sort",
  "filter",
  "expand",
  "fields",
  "skipTotal",
  "token",
  "thumb",
  "download",
  "code",
  "state",
  "format",
  "__proto__",
];

/** Values of a query parameter, escaped. */
export const BAD_QUERY_VALUES: Readonly<Record<string, string>> = {
  empty: "",
  nul: "%00",
  "huge number": "9".repeat(400),
  "negative number": "-9223372036854775809",
  fraction: "1e308",
  long: LONG,
  brackets: "(".repeat(5_000),
  "deep filter": encodeURIComponent(`${"(".repeat(1_500)}id=1${")".repeat(1_500)}`),
  "long filter": encodeURIComponent(Array.from({ length: 1_100 }, () => "id!='a'").join("&&")),
  "deep path": encodeURIComponent(`${"a.".repeat(2_000)}id='1'`),
  "no UTF-8": "%ff%fe",
  "broken escape": "%zz",
  unicode: "%E2%98%83%F0%9F%98%80",
  plus: "+",
  quote: "%27%22%60%3B--",
  proto: "__proto__.constructor",
  "another name": "%00=1&__proto__[a]=1&constructor=1&a[]=1&=&&&",
};

/** Values that stand in the place of a right one, as JSON. */
export const BAD_VALUES: Readonly<Record<string, string>> = {
  null: "null",
  true: "true",
  "huge number": "1e308",
  "too huge number": "1e999",
  "whole number": "123456789012345678901234567890",
  fraction: "-1.5",
  "empty text": '""',
  nul: String.raw`"a\u0000b"`,
  "long text": JSON.stringify(LONG),
  "lone surrogate": String.raw`"\ud83d"`,
  "empty list": "[]",
  "list of lists": "[[[]],[null]]",
  "long list": `[${"0,".repeat(5_000)}0]`,
  "empty object": "{}",
  "object with a prototype": '{"__proto__":{"polluted":true},"constructor":{"polluted":1}}',
  "deep list": `${"[".repeat(9_000)}${"]".repeat(9_000)}`,
  "deeper list": `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`,
};

const json = (name: string, text: string | Uint8Array): BadBody => ({
  name,
  contentType: "application/json",
  bytes: Buffer.from(text as string),
});
const part = (head: string, content = ""): string => `--B\r\n${head}\r\n\r\n${content}\r\n`;
const multipart = (name: string, text: string): BadBody => ({
  name,
  contentType: "multipart/form-data; boundary=B",
  bytes: Buffer.from(text),
});
const urlencoded = (name: string, text: string): BadBody => ({
  name,
  contentType: "application/x-www-form-urlencoded",
  bytes: Buffer.from(text),
});

/** Whole bodies that are sent to every route, whatever it reads. */
export const BAD_BODIES: readonly BadBody[] = [
  { name: "no body", bytes: Buffer.alloc(0) },
  json("empty JSON", ""),
  json("blanks", " \n\t "),
  json("not JSON", "{not json"),
  json("half an object", '{"a":'),
  json("null", "null"),
  json("a number", "1e400"),
  json("a text", '"text"'),
  json("a list", "[1,2,3]"),
  json("an empty object", "{}"),
  json("two objects", "{}{}"),
  json("the same key twice", '{"a":1,"a":2}'),
  json("the same key twice, deep", '{"a":{"b":1,"b":2}}'),
  json("keys that differ in case", '{"name":"a","NAME":"b","Name":"c"}'),
  json("a prototype", '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}'),
  json("a prototype by dots", '{"__proto__.polluted":1,"constructor.prototype.polluted":1}'),
  json("an empty key", '{"":1,"\\u0000":2," ":3}'),
  json("a long key", `{"${LONG}":1}`),
  json("many keys", `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":${i}`).join(",")}}`),
  json("deep lists", `{"a":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`),
  json("deep lists without an end", "[".repeat(DEEP)),
  json("deep objects", `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`),
  json("no UTF-8", Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
  json("a byte order mark", "\ufeff{}"),
  json("nothing but NUL", Buffer.alloc(100)),
  { name: "text", contentType: "text/plain", bytes: Buffer.from("{}") },
  { name: "XML", contentType: "application/xml", bytes: Buffer.from("<a><b></a>") },
  { name: "no content type", bytes: Buffer.from('{"a":1}') },
  { name: "a broken content type", contentType: ";;=,", bytes: Buffer.from('{"a":1}') },
  { name: "bytes", contentType: "application/octet-stream", bytes: Buffer.from([0, 255, 1]) },
  urlencoded("a broken form", "%zz=%ff&a=%&&=&a[]=1&__proto__=1&a[b]=2"),
  urlencoded("a form with NUL", "a=%00&%00=b"),
  urlencoded("JSON in a form", "@jsonPayload=[1&@jsonPayload={}"),
  urlencoded("a prototype in a form", '@jsonPayload={"__proto__":{"polluted":true}}'),
  multipart("parts without an end", part('Content-Disposition: form-data; name="a"', "1")),
  multipart("nothing but an end", "--B--\r\n"),
  multipart("no parts at all", "nonsense"),
  multipart("a part without a name", `${part("X: y", "1")}--B--\r\n`),
  multipart(
    "an upload that leads elsewhere",
    `${part('Content-Disposition: form-data; name="a"; filename="../../\0x.txt"', "1")}--B--\r\n`,
  ),
  multipart(
    "an upload for a prototype",
    `${part('Content-Disposition: form-data; name="__proto__"; filename="x"', "1")}--B--\r\n`,
  ),
  {
    name: "multipart without boundary",
    contentType: "multipart/form-data",
    bytes: Buffer.from("--B"),
  },
];

/** Above the limit of every route; sent to few of them, as it takes its time. */
export const OVERSIZED_BODY: BadBody = {
  name: "oversized",
  contentType: "application/json",
  bytes: Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(33 << 20, "x"), Buffer.from('"}')]),
  isChunked: true,
};

/** Values of the Authorization header. */
export const BAD_TOKENS: Readonly<Record<string, string>> = {
  empty: "",
  "nothing but a scheme": "Bearer ",
  long: LONG,
  "three dots": "...",
  "a prototype": `${base64('{"alg":"HS256"}')}.${base64('{"id":"__proto__","collectionId":"constructor","type":"auth"}')}.x`,
  "wrong types": `${base64('{"alg":{}}')}.${base64('{"id":{},"collectionId":[],"type":1,"exp":"x"}')}.x`,
  "not an object": `${base64("1")}.${base64("null")}.x`,
  "deep claims": `${base64('{"alg":"HS256"}')}.${base64(`${"[".repeat(2_000)}${"]".repeat(2_000)}`)}.x`,
};

function base64(text: string): string {
  return Buffer.from(text).toString("base64url");
}
