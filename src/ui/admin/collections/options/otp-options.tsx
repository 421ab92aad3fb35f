import { CheckField } from "../../../kit/check-field.tsx";
import { Notice } from "../../../kit/notice.tsx";
import { NumberField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { OptionPart } from "./option-part.tsx";
import type { OptionsProps } from "./options-props.ts";

export function OtpOptions({ collection, isSuperusers, errors, onChange }: OptionsProps) {
  const { otp } = collection;
  const set = (patch: Partial<typeof otp>, name: string) =>
    onChange({ otp: { ...otp, ...patch } }, `otp.${name}`);
  return (
    <OptionPart
      title={t("options.otp")}
      enabled={otp.enabled}
      errors={errors}
      paths={["otp.enabled", "otp.duration", "otp.length"]}
    >
      {isSuperusers ? (
        <Notice>{t("options.otp.superusers")}</Notice>
      ) : (
        <CheckField
          look="switch"
          label={t("options.enabled")}
          checked={otp.enabled}
          onChange={(enabled) => set({ enabled }, "enabled")}
          error={errors["otp.enabled"]}
        />
      )}
      <div class="field-settings">
        <NumberField
          label={t("options.duration")}
          value={otp.duration}
          min={10}
          onInput={(duration) => set({ duration: duration ?? 0 }, "duration")}
          error={errors["otp.duration"]}
        />
        <NumberField
          label={t("options.otp.length")}
          help={t("options.otp.length.help")}
          value={otp.length}
          min={4}
          onInput={(length) => set({ length: length ?? 0 }, "length")}
          error={errors["otp.length"]}
        />
      </div>
    </OptionPart>
  );
}
