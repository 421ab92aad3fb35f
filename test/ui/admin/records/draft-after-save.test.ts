import { expect, test } from "vitest";
import { draftAfterSave } from "../../../../src/ui/admin/records/editor/draft-changes.ts";

const one = new File(["1"], "one.txt");
const two = new File(["2"], "two.txt");
const sent = { title: "a", slug: "A b", papers: ["old.txt", one] };
const stored = { title: "a", slug: "a-b", papers: ["old.txt", "one_x1.txt"] };

test.each([
  ["nothing was typed", sent, stored],
  ["a value was typed", { ...sent, title: "ab" }, { ...stored, title: "ab" }],
  [
    "a file was added before and one behind the file that was sent",
    { ...sent, papers: [two, one, "old.txt"] },
    { ...stored, papers: [two, "one_x1.txt", "old.txt"] },
  ],
  ["the sent file was taken away again", { ...sent, papers: [] }, { ...stored, papers: [] }],
])("what is edited on after a save, when %s meanwhile", (_, now, expected) => {
  expect(draftAfterSave(now, sent, stored)).toEqual(expected);
});
