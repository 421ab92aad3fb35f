import type { CollectionModel } from "pocketbase";
import { Tag } from "../../../kit/notice.tsx";
import { t } from "../../i18n/language.ts";
import { isAuth, ruleOf } from "../changes.ts";
import type { RuleName } from "../draft.ts";
import { editCollection } from "../editing.ts";
import { closeOverview } from "./overview.ts";

const RULES: readonly RuleName[] = [
  "listRule",
  "viewRule",
  "createRule",
  "updateRule",
  "deleteRule",
  "authRule",
  "manageRule",
];

/** Every rule of every collection: locked, open, or its condition. */
export function RuleMatrix({ collections }: { readonly collections: readonly CollectionModel[] }) {
  return (
    <div class="rule-matrix" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("overview.collection")}</th>
            {RULES.map((rule) => (
              <th key={rule} scope="col">
                {t(`rules.${rule}`)}
              </th>
            ))}
            <th scope="col">{t("overview.mfaRule")}</th>
          </tr>
        </thead>
        <tbody>
          {collections.map((collection) => (
            <Row key={collection.id} collection={collection} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ collection }: { readonly collection: CollectionModel }) {
  const open = () => {
    closeOverview();
    void editCollection(collection.id);
  };
  const mfa = isAuth(collection) && collection.mfa.enabled ? collection.mfa.rule : undefined;
  return (
    <tr>
      <th scope="row">
        <button type="button" class="rule-matrix-name" onClick={open}>
          {collection.name}
        </button>
      </th>
      {RULES.map((rule) => (
        <td key={rule}>
          <Rule rule={ruleOf(collection, rule)} />
        </td>
      ))}
      <td>
        <Rule rule={mfa} />
      </td>
    </tr>
  );
}

function Rule({ rule }: { readonly rule: string | null | undefined }) {
  if (rule === undefined) {
    return (
      <>
        <span aria-hidden="true">{"–"}</span>
        <span class="g-visually-hidden">{t("overview.notApplicable")}</span>
      </>
    );
  }
  if (rule === null) return <Tag icon="lock">{t("overview.locked")}</Tag>;
  return rule === "" ? <Tag tone="warning">{t("overview.public")}</Tag> : <code>{rule}</code>;
}
