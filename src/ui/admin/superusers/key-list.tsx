import type { ComponentChildren } from "preact";
import { IconButton } from "../../kit/button.tsx";
import { toast } from "../../kit/toast.tsx";
import { errorText } from "../api/form-errors.ts";
import { formatTime } from "../i18n/format-time.ts";
import { language, t } from "../i18n/language.ts";
import { askSuperusers, type OwnKey } from "./own-account.ts";

/** One's passkeys or API keys, each with a button that ends it. */
export function KeyList<Key extends OwnKey>({
  keys,
  path,
  onChanged,
  children,
}: {
  readonly keys: readonly Key[];
  /** Of the additions' routes, which has them by their id. */
  readonly path: "passkeys" | "api-keys";
  readonly onChanged: () => Promise<void>;
  /** What else is told of one. */
  readonly children?: (key: Key) => ComponentChildren;
}) {
  if (keys.length === 0) return null;
  const remove = async ({ id, name }: Key) => {
    try {
      await askSuperusers("DELETE", `${path}/${encodeURIComponent(id)}`);
      toast(t("superusers.key.removed", { name }), { tone: "success" });
    } catch (error) {
      toast(errorText(error), { tone: "danger" });
    }
    await onChanged();
  };
  return (
    <ul class="key-list">
      {keys.map((key) => (
        <li key={key.id}>
          <div>
            <strong>{key.name}</strong>
            {children?.(key)}
            <span class="g-field-help">{useText(key)}</span>
          </div>
          <IconButton
            icon="trash"
            size="small"
            label={t("superusers.key.remove", { name: key.name })}
            onClick={() => void remove(key)}
          />
        </li>
      ))}
    </ul>
  );
}

function useText({ created, lastUsed }: OwnKey): string {
  const made = t("superusers.key.created", { time: formatTime(created, language()) });
  const used =
    lastUsed === ""
      ? t("superusers.key.unused")
      : t("superusers.key.used", { time: formatTime(lastUsed, language()) });
  return `${made} · ${used}`;
}
