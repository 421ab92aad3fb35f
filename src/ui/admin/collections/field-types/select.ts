import { type FieldKind, isMultiple, listOption, quoted } from "./field-kind.ts";
import { filledList, listModifiers, singleLoss } from "./multiple-values.ts";

export const selectKind: FieldKind = {
  type: "select",
  icon: "select",
  title: "fields.select",
  required: "fields.required.nonempty",
  defaults: { values: [], maxSelect: 1 },
  modifiers: listModifiers,
  filled: filledList,
  losses: (before, after) => {
    const kept = listOption(after, "values");
    const gone = listOption(before, "values").filter((value) => !kept.includes(value));
    if (gone.length === 0) return singleLoss(before, after);
    const place = isMultiple(before) ? `${before.name}:each ?=` : `${before.name} =`;
    const filter = gone.map((value) => `${place} ${quoted(value)}`).join(" || ");
    return [...singleLoss(before, after), { kind: "values", filter, names: gone }];
  },
};
