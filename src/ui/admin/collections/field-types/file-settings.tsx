import { CheckField } from "../../../kit/check-field.tsx";
import { Menu } from "../../../kit/menu.tsx";
import { t } from "../../i18n/language.ts";
import { isOn, listOption } from "./field-kind.ts";
import { ListOption } from "./list-option.tsx";
import { MIME_GROUPS } from "./mime-types.ts";
import { MultipleOption } from "./multiple-option.tsx";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

export function FileSettings(settings: SettingsProps) {
  const { field, onChange } = settings;
  return (
    <>
      <div class="field-settings-wide g-stack" data-gap="small">
        <ListOption
          name="mimeTypes"
          label={t("fields.mimeTypes")}
          help={t("fields.mimeTypes.help")}
          options={Object.values(MIME_GROUPS)
            .flat()
            .map((type) => ({ value: type, label: type }))}
          settings={settings}
        />
        <MimeGroups settings={settings} />
      </div>
      <div class="field-settings-wide">
        <ListOption
          name="thumbs"
          label={t("fields.thumbs")}
          help={t("fields.thumbs.help")}
          placeholder="100x100, 0x300"
          settings={settings}
        />
      </div>
      <NumberOption
        name="maxSize"
        label={t("fields.maxSize")}
        placeholder={t("fields.maxSize.default", { size: 5 })}
        min={0}
        settings={settings}
      />
      <MultipleOption settings={settings} />
      <CheckField
        label={t("fields.protected")}
        help={t("fields.protected.help")}
        checked={isOn(field, "protected")}
        onChange={(isProtected) => onChange({ protected: isProtected })}
      />
    </>
  );
}

function MimeGroups({ settings }: { readonly settings: SettingsProps }) {
  const add = (group: keyof typeof MIME_GROUPS) => {
    const types = new Set([...listOption(settings.field, "mimeTypes"), ...MIME_GROUPS[group]]);
    settings.onChange({ mimeTypes: [...types] });
  };
  return (
    <div>
      <Menu
        label={t("fields.mimeTypes.presets")}
        size="small"
        entries={[
          { label: t("fields.mimeTypes.images"), icon: "image", onSelect: () => add("images") },
          {
            label: t("fields.mimeTypes.documents"),
            icon: "text",
            onSelect: () => add("documents"),
          },
          { label: t("fields.mimeTypes.videos"), icon: "play", onSelect: () => add("videos") },
          {
            label: t("fields.mimeTypes.archives"),
            icon: "folder",
            onSelect: () => add("archives"),
          },
        ]}
      />
    </div>
  );
}
