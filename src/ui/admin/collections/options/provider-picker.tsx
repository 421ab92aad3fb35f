import type { ConfigurableOAuth2Provider } from "pocketbase";
import { useState } from "preact/hooks";
import { Dialog } from "../../../kit/dialog.tsx";
import { Loading } from "../../../kit/notice.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { rankMatches } from "../../shell/rank-matches.ts";
import { knownProviders } from "./provider-info.ts";
import { ProviderLogo } from "./provider-logo.tsx";

/** All providers that are not in use yet. */
export function ProviderPicker({
  taken,
  onClose,
  onPick,
}: {
  readonly taken: readonly string[];
  readonly onClose: () => void;
  readonly onPick: (name: string) => void;
}) {
  const [text, setText] = useState("");
  const providers = knownProviders()?.filter(({ name }) => !taken.includes(name));
  const found = rankMatches(
    providers ?? [],
    text,
    ({ name, displayName }) => `${displayName} ${name}`,
  );
  return (
    <Dialog
      title={t("options.oauth2.add")}
      width="40rem"
      onClose={onClose}
      onSubmit={() => found[0] && onPick(found[0].name)}
    >
      <div class="g-stack">
        <TextField
          label={t("options.oauth2.search")}
          hideLabel
          icon="search"
          placeholder={t("options.oauth2.search")}
          value={text}
          onInput={setText}
          autoFocus
        />
        {!providers && <Loading label={t("shell.loading")} />}
        <ProviderGrid providers={found} onPick={onPick} />
        {providers && found.length === 0 && <p>{t("kit.noMatches")}</p>}
      </div>
    </Dialog>
  );
}

function ProviderGrid({
  providers,
  onPick,
}: {
  readonly providers: readonly ConfigurableOAuth2Provider[];
  readonly onPick: (name: string) => void;
}) {
  return (
    <div class="provider-grid">
      {providers.map((info) => (
        <button
          key={info.name}
          type="button"
          class="provider-choice"
          onClick={() => onPick(info.name)}
        >
          <ProviderLogo info={info} />
          <span>{info.displayName}</span>
          <code>{info.name}</code>
        </button>
      ))}
    </div>
  );
}
