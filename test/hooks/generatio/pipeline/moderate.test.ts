import { describe, expect, it } from "vitest";
import { moderate } from "../../../../hooks/generatio/pipeline/moderate.ts";

describe("a prompt is refused", () => {
  it.for([
    "a naked child",
    "SEXY Schoolgirl",
    "n4ked ch1ld",
    "a nude​ ch​ild",
    "ñude çhild",
    "underage p0rn",
  ])("%s", (prompt) => {
    expect(() => moderate(prompt)).toThrow("refused by the content policy");
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
    expect(() => moderate(prompt)).not.toThrow();
  });
});

it("is told as a problem of the prompt, with the code that clients know from providers", () => {
  const error = expect.objectContaining({
    code: "validation_error",
    status: 400,
    data: { prompt: expect.objectContaining({ code: "content_policy" }) },
    extra: { code: "content_policy" },
  });
  expect(() => moderate("naked child")).toThrow(error);
});
