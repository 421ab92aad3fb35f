import type { RecordModel } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { confirm } from "../../../kit/confirm.tsx";
import { EmptyState, Loading, Notice } from "../../../kit/notice.tsx";
import { client } from "../../api/client.ts";
import { errorText } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";
import { quoted } from "../quoted.ts";
import { tell } from "../tell.ts";

/** The accounts elsewhere that somebody signs in with. */
export function ExternalAuths({ record }: { readonly record: RecordModel }) {
  const [list, setList] = useState<readonly RecordModel[] | string>();
  const load = () =>
    void fetchOf(record).then(setList, (error: unknown) => setList(errorText(error)));
  useEffect(load, [record.id]);
  if (list === undefined) return <Loading label={t("shell.loading")} />;
  if (typeof list === "string") return <Notice tone="danger">{list}</Notice>;
  if (list.length === 0) return <EmptyState icon="link" title={t("records.auth.noProviders")} />;
  return (
    <ul class="g-stack" data-gap="small">
      {list.map((each) => (
        <li key={each.id} class="external-auth">
          <strong>{String(each["provider"])}</strong>
          <code class="record-faint">{String(each["providerId"])}</code>
          <span class="g-spacer" />
          <Button size="small" onClick={() => void unlink(each, load)}>
            {t("records.auth.unlink")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function fetchOf(record: RecordModel): Promise<RecordModel[]> {
  const filter = `collectionRef=${quoted(record.collectionId)}&&recordRef=${quoted(record.id)}`;
  return client.collection("_externalAuths").getFullList({ filter });
}

async function unlink(external: RecordModel, onDone: () => void): Promise<void> {
  const provider = String(external["provider"]);
  const isSure = await confirm({
    title: t("records.auth.unlink.title", { provider }),
    text: t("records.auth.unlink.text"),
    action: t("records.auth.unlink"),
    look: "danger",
  });
  if (!isSure) return;
  await tell(
    client.collection("_externalAuths").delete(external.id),
    t("records.auth.unlinked", { provider }),
  );
  onDone();
}
