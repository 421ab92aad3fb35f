import type { CollectionModel } from "pocketbase";
import { useState } from "preact/hooks";
import { CodeBlock } from "../../../kit/code-field.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField } from "../../../kit/select-field.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { client } from "../../api/client.ts";
import type { PlainKey } from "../../i18n/en.ts";
import { t } from "../../i18n/language.ts";
import { type ExampleAnswer, exampleAnswers } from "./example-answers.ts";
import { FILE_SAMPLE, sampleBody, sampleRecord } from "./sample-body.ts";
import { collectionSnippets, type Snippet, TONGUES } from "./snippets.ts";

type Tongue = "js" | "curl";

/** PocketBase's UI keeps the chosen language in the same place. */
const TONGUE_KEY = "pbLastSDK";

const TITLES: Readonly<Record<string, PlainKey>> = {
  list: "records.api.list",
  view: "records.api.view",
  create: "records.api.create",
  update: "records.api.update",
  delete: "records.api.delete",
  realtime: "records.api.realtime",
  batch: "records.api.batch",
  "auth-methods": "records.api.authMethods",
  "auth-with-password": "records.api.authWithPassword",
  "auth-with-oauth2": "records.api.authWithOAuth2",
  "request-otp": "records.api.requestOtp",
  "auth-with-otp": "records.api.authWithOtp",
  "auth-refresh": "records.api.authRefresh",
  "request-verification": "records.api.requestVerification",
  "confirm-verification": "records.api.confirmVerification",
  "request-password-reset": "records.api.requestPasswordReset",
  "confirm-password-reset": "records.api.confirmPasswordReset",
  "request-email-change": "records.api.requestEmailChange",
  "confirm-email-change": "records.api.confirmEmailChange",
};

const LIST_PARAMETERS: readonly (readonly [name: string, text: PlainKey])[] = [
  ["page", "records.api.page"],
  ["perPage", "records.api.perPage"],
  ["sort", "records.api.sort"],
  ["filter", "records.api.filter"],
  ["expand", "records.api.expand"],
  ["fields", "records.api.fields"],
  ["skipTotal", "records.api.skipTotal"],
];

/** How programs speak with this collection. */
export function ApiPreview({
  collection,
  onClose,
}: {
  readonly collection: CollectionModel;
  readonly onClose: () => void;
}) {
  const [id, setId] = useState("list");
  const snippets = snippetsOf(collection);
  const shown = snippets.find((each) => each.id === id) ?? snippets[0]!;
  return (
    <Dialog
      shape="panel"
      title={t("records.api.title", { name: collection.name })}
      onClose={onClose}
    >
      <div class="g-stack">
        <SelectField
          label={t("records.api.action")}
          value={shown.id}
          choices={snippets.map((each) => ({ value: each.id, label: titleOf(each.id) }))}
          onChange={setId}
        />
        <p class="api-address">
          <strong>{shown.method}</strong> <code>{shown.path}</code>
        </p>
        <Requests snippet={shown} />
        {shown.id === "list" && <Parameters />}
        <Answers key={shown.id} answers={exampleAnswers(shown.id, answerOptions(collection))} />
      </div>
    </Dialog>
  );
}

/** The request in the languages there are. */
function Requests({ snippet }: { readonly snippet: Snippet }) {
  const [tongue, setTongue] = useState<Tongue>(
    localStorage.getItem(TONGUE_KEY) === "curl" ? "curl" : "js",
  );
  const code = snippet[tongue];
  return (
    <section>
      <Tabs<Tongue>
        label={t("records.api.language")}
        selected={tongue}
        onSelect={(next) => {
          localStorage.setItem(TONGUE_KEY, next);
          setTongue(next);
        }}
        tabs={[
          { id: "js", label: TONGUES.js },
          { id: "curl", label: TONGUES.curl },
        ]}
      >
        <div class="api-code">
          <CodeBlock code={code} language={tongue === "js" ? "javascript" : "plain"}>
            <CopyButton text={code} />
          </CodeBlock>
        </div>
      </Tabs>
    </section>
  );
}

function Parameters() {
  return (
    <section>
      <h3 class="api-head">{t("records.api.parameters")}</h3>
      <dl class="record-values">
        {LIST_PARAMETERS.map(([name, text]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What comes back, by status. */
function Answers({ answers }: { readonly answers: readonly ExampleAnswer[] }) {
  const [status, setStatus] = useState(String(answers[0]?.status));
  const shown = answers.find((each) => String(each.status) === status);
  if (!shown) return null;
  return (
    <section>
      <h3 class="api-head">{t("records.api.answers")}</h3>
      <Tabs
        label={t("records.api.answers")}
        selected={status}
        onSelect={setStatus}
        tabs={answers.map((each) => ({ id: String(each.status), label: String(each.status) }))}
      >
        <div class="api-code">
          {shown.body === "" ? (
            <p class="record-faint">{t("records.api.noContent")}</p>
          ) : (
            <CodeBlock code={shown.body} language="json">
              <CopyButton text={shown.body} />
            </CodeBlock>
          )}
        </div>
      </Tabs>
    </section>
  );
}

function snippetsOf(collection: CollectionModel): Snippet[] {
  return collectionSnippets({
    baseUrl: client.baseURL,
    name: collection.name,
    type: typeOf(collection),
    body: sampleBody(collection),
    fileSample: FILE_SAMPLE,
  });
}

const RULES: Readonly<Record<string, string>> = {
  list: "listRule",
  view: "viewRule",
  create: "createRule",
  update: "updateRule",
  delete: "deleteRule",
};

function answerOptions(collection: CollectionModel) {
  const locked = Object.keys(RULES).filter((id) => collection[RULES[id]!] === null);
  const required = collection.fields.find(
    (field) => field["required"] === true && field["primaryKey"] !== true && !field.hidden,
  );
  return { record: sampleRecord(collection), locked, requiredField: required?.name };
}

function typeOf({ type }: CollectionModel): "base" | "auth" | "view" {
  return type === "auth" || type === "view" ? type : "base";
}

function titleOf(id: string): string {
  const key = TITLES[id];
  return key ? t(key) : id;
}
