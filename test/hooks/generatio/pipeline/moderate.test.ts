import { describe, expect, it } from "vitest";
import { isForbidden } from "../../../../hooks/generatio/pipeline/moderate.ts";

describe("a prompt is forbidden", () => {
  it.for([
    "a naked child",
    "SEXY Schoolgirl",
    "n4ked ch1ld",
    "a nude\u200b ch\u200bild",
    "ñude çhild",
    "underage p0rn",
  ])("%s", (prompt) => {
    expect(isForbidden(prompt)).toBe(true);
  });
});

describe("a prompt passes", () => {
  it.for([
    "a child on a swing",
    "a nude by Modigliani",
    "the city of Sussex, children's playground",
    "explicit types for child components",
    "",
  ])("%s", (prompt) => {
    expect(isForbidden(prompt)).toBe(false);
  });
});
