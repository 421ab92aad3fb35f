import type { ComponentType } from "preact";
import { AutodateSettings } from "./autodate-settings.tsx";
import { DateSettings } from "./date-settings.tsx";
import { DomainSettings } from "./domain-settings.tsx";
import { EditorSettings } from "./editor-settings.tsx";
import { FileSettings } from "./file-settings.tsx";
import { JsonSettings } from "./json-settings.tsx";
import { NumberSettings } from "./number-settings.tsx";
import { PasswordSettings } from "./password-settings.tsx";
import { RelationSettings } from "./relation-settings.tsx";
import { SelectSettings } from "./select-settings.tsx";
import type { SettingsProps } from "./settings-props.ts";
import { TextSettings } from "./text-settings.tsx";

/** By field type; a type without an entry has no options of its own. */
const SETTINGS: Readonly<Record<string, ComponentType<SettingsProps>>> = {
  text: TextSettings,
  editor: EditorSettings,
  number: NumberSettings,
  email: DomainSettings,
  url: DomainSettings,
  date: DateSettings,
  autodate: AutodateSettings,
  select: SelectSettings,
  file: FileSettings,
  relation: RelationSettings,
  json: JsonSettings,
  password: PasswordSettings,
};

/** The options that only this type of field has. */
export function TypeSettings(props: SettingsProps) {
  const Settings = SETTINGS[props.field.type];
  return Settings ? <Settings {...props} /> : null;
}
