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
import { FILE_SAMPLE, sampleBody } from "./sample-body.ts";
import { collectionSnippets, TONGUES } from "./snippets.ts";

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
  const [tongue, setTongue] = useState<Tongue>(
    localStorage.getItem(TONGUE_KEY) === "curl" ? "curl" : "js",
  );
  const snippets = collectionSnippets({
    baseUrl: client.baseURL,
    name: collection.name,
    type: collection.type === "auth" || collection.type === "view" ? collection.type : "base",
    body: sampleBody(collection),
    fileSample: FILE_SAMPLE,
  });
  const shown = snippets.find((each) => each.id === id) ?? snippets[0]!;
  const code = tongue === "js" ? shown.js : shown.curl;
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
        {shown.id === "list" && (
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
        )}
      </div>
    </Dialog>
  );
}

function titleOf(id: string): string {
  const key = TITLES[id];
  return key ? t(key) : id;
}
