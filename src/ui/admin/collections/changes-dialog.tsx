import type { CollectionModel } from "pocketbase";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { confirm } from "../../kit/confirm.tsx";
import { Notice, Tag } from "../../kit/notice.tsx";
import { t } from "../i18n/language.ts";
import { type CollectionChanges, type DataLoss, opens, type RuleChange } from "./changes.ts";
import { countRows } from "./count-rows.ts";

/** Says what a save does, with the number of rows that lose something, and asks. */
export function confirmChanges(
  original: CollectionModel,
  changes: CollectionChanges,
): Promise<boolean> {
  const isLossy = changes.losses.length > 0;
  return confirm({
    title: t("collections.changes.title"),
    text: <ChangeList original={original} changes={changes} />,
    action: t("collections.save"),
    look: isLossy ? "danger" : "primary",
    width: "38rem",
  });
}

function ChangeList({
  original,
  changes,
}: {
  readonly original: CollectionModel;
  readonly changes: CollectionChanges;
}) {
  const { renamed, renamedFields, losses, droppedIndexes, rules, movedProviders } = changes;
  return (
    <div class="g-stack" data-gap="small">
      {losses.map((loss) => (
        <Notice key={`${loss.field}-${loss.kind}`} tone="danger">
          {lossText(loss)} <AffectedRows original={original} loss={loss} />
        </Notice>
      ))}
      {renamed && <Notice tone="warning">{t("collections.changes.renamed", renamed)}</Notice>}
      {renamedFields.map((each) => (
        <Notice key={each.from} tone="warning">
          {t("collections.changes.renamedField", each)}
        </Notice>
      ))}
      {(renamed || renamedFields.length > 0) && (
        <p class="g-field-help">{t("collections.changes.references")}</p>
      )}
      {droppedIndexes.map((text) => (
        <Notice key={text} tone="warning">
          {t("collections.changes.index")} <code>{text}</code>
        </Notice>
      ))}
      {rules.map((change) => (
        <RuleChangeNotice key={change.rule} change={change} />
      ))}
      {movedProviders.map((each) => (
        <Notice key={each.name} tone="warning">
          {t("collections.changes.provider", { name: each.name, from: each.from, to: each.to })}
        </Notice>
      ))}
    </div>
  );
}

function lossText({ kind, field, names }: DataLoss): string {
  if (kind === "removed") return t("collections.changes.removed", { name: field });
  if (kind === "single") return t("collections.changes.single", { name: field });
  return t("collections.changes.values", { name: field, values: names.join(", ") });
}

/** How many rows it is about; counted by the server. */
function AffectedRows({
  original,
  loss,
}: {
  readonly original: CollectionModel;
  readonly loss: DataLoss;
}) {
  const [count, setCount] = useState<number | "failed">();
  useEffect(() => {
    countRows(original.name, loss.filter).then(setCount, () => setCount("failed"));
  }, []);
  return <strong>{countText(count)}</strong>;
}

function countText(count: number | "failed" | undefined): string {
  if (count === undefined) return t("collections.changes.counting");
  if (count === "failed") return t("collections.changes.unknown");
  return count === 0 ? t("collections.changes.noRows") : t("collections.changes.rows", { count });
}

function RuleChangeNotice({ change }: { readonly change: RuleChange }): ComponentChildren {
  const { rule, before, after } = change;
  return (
    <Notice tone={opens(change) ? "danger" : "warning"}>
      {t("collections.changes.rule", { rule: t(`rules.${rule}`) })} <code>{ruleText(before)}</code>{" "}
      {"→"} <code>{ruleText(after)}</code>{" "}
      {opens(change) && <Tag tone="danger">{t("collections.changes.opens")}</Tag>}
    </Notice>
  );
}

function ruleText(rule: string | null): string {
  if (rule === null) return t("rules.superusersOnly");
  return rule === "" ? t("rules.everyone") : rule;
}
