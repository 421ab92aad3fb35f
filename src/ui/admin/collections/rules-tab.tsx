import type { CollectionModel } from "pocketbase";
import { Button } from "../../kit/button.tsx";
import { Icon } from "../../kit/icon.tsx";
import { Disclosure, Notice, Tag } from "../../kit/notice.tsx";
import type { PlainKey } from "../i18n/en.ts";
import { t } from "../i18n/language.ts";
import { RuleField } from "../rules/rule-field.tsx";
import { isAuth, ruleOf } from "./changes.ts";
import { draftToBody, patchCollection, type RuleName } from "./draft.ts";
import type { EditorProps } from "./editor-props.ts";

const READ_RULES: readonly RuleName[] = ["listRule", "viewRule"];
const WRITE_RULES: readonly RuleName[] = ["createRule", "updateRule", "deleteRule"];
const AUTH_RULES: readonly RuleName[] = ["authRule", "manageRule"];

const HELP: Readonly<Partial<Record<RuleName, PlainKey>>> = {
  createRule: "rules.createRule.help",
  updateRule: "rules.updateRule.help",
  authRule: "rules.authRule.help",
  manageRule: "rules.manageRule.help",
};

/** Who may do what. */
export function RulesTab(props: EditorProps) {
  const { draft, errors } = props;
  const collection = draftToBody(draft);
  const isReadOnly = collection.type === "view";
  const rules = [
    ...READ_RULES,
    ...(isReadOnly ? [] : WRITE_RULES),
    ...(isAuth(collection) ? AUTH_RULES : []),
  ];
  return (
    <div class="g-stack">
      {collection.system && <Notice>{t("rules.system")}</Notice>}
      <AvailableFields collection={collection} />
      {rules.map((rule) => (
        <Rule key={rule} {...props} rule={rule} collection={collection} error={errors[rule]} />
      ))}
    </div>
  );
}

type RuleProps = EditorProps & {
  readonly rule: RuleName;
  /** As it would be saved. */
  readonly collection: CollectionModel;
  readonly error: string | undefined;
};

function Rule(props: RuleProps) {
  const { rule, collection, draft, onChange } = props;
  const value = ruleOf(collection, rule) ?? null;
  const onSet = (next: string | null) =>
    // The SDK's type leaves out that a rule may be null.
    onChange(patchCollection(draft, { [rule]: next } as Partial<CollectionModel>), rule);
  return value === null ? (
    <LockedRule {...props} onSet={onSet} />
  ) : (
    <OpenRule {...props} value={value} onSet={onSet} />
  );
}

type SetRuleProps = RuleProps & { readonly onSet: (rule: string | null) => void };

/** Superusers only. */
function LockedRule({ rule, collection, error, onSet }: SetRuleProps) {
  const name = t(`rules.${rule}`);
  return (
    <div class="rule-locked" data-rule={rule}>
      <Icon name="lock" />
      <span class="rule-locked-name">{name}</span>
      <Tag>{t("rules.superusersOnly")}</Tag>
      <span class="g-spacer" />
      <Button
        size="small"
        icon="unlock"
        disabled={collection.system}
        title={t("rules.unlock", { rule: name })}
        onClick={() => onSet("")}
      >
        {t("rules.unlock.short")}
      </Button>
      {error && <p class="g-field-error">{error}</p>}
    </div>
  );
}

/** Everybody, or whoever matches. */
function OpenRule({
  rule,
  collection,
  error,
  value,
  onSet,
}: SetRuleProps & { readonly value: string }) {
  const name = t(`rules.${rule}`);
  const help = HELP[rule];
  const isPublic = value === "";
  return (
    <div data-rule={rule}>
      <RuleField
        label={name}
        collection={collection}
        value={value}
        onInput={onSet}
        disabled={collection.system}
        placeholder={t("rules.empty")}
        error={error}
        help={help && t(help)}
        aside={
          <>
            <Tag tone={isPublic ? "warning" : "accent"}>
              {isPublic ? t("rules.everyone") : t("rules.conditional")}
            </Tag>
            <Button
              size="small"
              look="quiet"
              icon="lock"
              disabled={collection.system}
              title={t("rules.lock", { rule: name })}
              onClick={() => onSet(null)}
            >
              {t("rules.lock.short")}
            </Button>
          </>
        }
      />
    </div>
  );
}

/** What rules may speak of, for those who begin. */
function AvailableFields({ collection }: { readonly collection: CollectionModel }) {
  const names = collection.fields.filter(({ type }) => type !== "password");
  return (
    <Disclosure title={t("rules.fields")}>
      <p class="rule-words">
        {names.map(({ name }) => (
          <code key={name}>{name}</code>
        ))}
      </p>
      <p>{t("rules.fields.text")}</p>
      <dl class="rule-examples">
        {EXAMPLES.map(({ codes, text }) => (
          <div key={text}>
            <dt>
              {codes.map((code) => (
                <code key={code}>{code}</code>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

const EXAMPLES: readonly { readonly codes: readonly string[]; readonly text: PlainKey }[] = [
  {
    codes: [
      "@request.auth.id",
      "@request.body.*",
      "@request.query.*",
      "@request.headers.*",
      "@request.method",
    ],
    text: "rules.fields.request",
  },
  { codes: ["@collection.NAME.*"], text: "rules.fields.collection" },
  { codes: ["NAME_via_FIELD.*"], text: "rules.fields.back" },
  { codes: ["@now", "@todayStart", "@monthEnd"], text: "rules.fields.macros" },
  {
    codes: [":isset", ":changed", ":length", ":each", ":lower"],
    text: "rules.fields.modifiers",
  },
];
