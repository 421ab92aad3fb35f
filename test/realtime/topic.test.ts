import { describe, expect, test } from "vitest";
import { parseTopic } from "../../src/realtime/topic.ts";

const optioned = (json: string) => `posts/*?options=${encodeURIComponent(json)}`;

describe("a subscription", () => {
  test.for([
    ["posts/*", "posts/*", {}, {}],
    ["", "", {}, {}],
    [
      optioned('{"query":{"a":1,"b":true,"c":"x","d":null,"e":[1],"f":1.50}}'),
      "posts/*",
      { a: "1", b: "true", c: "x", d: "", e: "", f: "1.5" },
      {},
    ],
    [
      optioned('{"headers":{"X-Token":"a","Some Name":"b","xAPIKey":"c","__y__":"d"}}'),
      "posts/*",
      {},
      { x_token: "a", some_name: "b", x_apikey: "c", y: "d" },
    ],
    [optioned("{broken"), "posts/*", {}, {}],
    [optioned("[]"), "posts/*", {}, {}],
    [optioned("null"), "posts/*", {}, {}],
    ["posts/*?x=1&options=%7B%22query%22%3A%7B%22a%22%3A2%7D%7D#end", "posts/*", { a: "2" }, {}],
    [
      "posts/*?options=%7B%22query%22%3A%7B%22a%22%3A2%7D%7D&options=%7B%7D",
      "posts/*",
      { a: "2" },
      {},
    ],
  ] as const)("%s", ([text, topic, query, headers]) => {
    expect(parseTopic(text)).toEqual({ topic, options: { query, headers } });
  });
});
