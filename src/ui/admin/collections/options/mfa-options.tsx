import { CheckField } from "../../../kit/check-field.tsx";
import { NumberField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { RuleField } from "../../rules/rule-field.tsx";
import { OptionPart } from "./option-part.tsx";
import type { OptionsProps } from "./options-props.ts";

export function MfaOptions({ collection, isSuperusers, errors, onChange }: OptionsProps) {
  const { mfa, otp } = collection;
  const set = (patch: Partial<typeof mfa>, name: string) =>
    onChange({ mfa: { ...mfa, ...patch } }, `mfa.${name}`);
  const toggle = (enabled: boolean) => {
    // Superusers have no other second factor than the mail.
    const both = isSuperusers ? { otp: { ...otp, enabled } } : {};
    onChange({ mfa: { ...mfa, enabled }, ...both }, "mfa");
  };
  return (
    <OptionPart title={t("options.mfa")} enabled={mfa.enabled} errors={errors} paths={["mfa"]}>
      <CheckField
        look="switch"
        label={t("options.enabled")}
        help={t("options.mfa.help")}
        checked={mfa.enabled}
        onChange={toggle}
        error={errors["mfa.enabled"] ?? errors["mfa"]}
      />
      <NumberField
        label={t("options.duration")}
        value={mfa.duration}
        min={10}
        onInput={(duration) => set({ duration: duration ?? 0 }, "duration")}
        error={errors["mfa.duration"]}
      />
      <RuleField
        label={t("options.mfa.rule")}
        help={t("options.mfa.rule.help")}
        collection={collection}
        value={mfa.rule}
        onInput={(rule) => set({ rule }, "rule")}
        error={errors["mfa.rule"]}
      />
    </OptionPart>
  );
}
