import { TextField } from "../../../kit/text-field.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { t } from "../../i18n/language.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
  textOf,
} from "./record-field-type.ts";

function UrlCell({ value }: CellProps) {
  const url = textOf(value);
  return isWebAddress(url) ? (
    <a
      class="record-link"
      href={url}
      target="_blank"
      rel="noreferrer"
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
    >
      <span class="g-table-clip">{url}</span>
      <Icon name="external" size={12} />
    </a>
  ) : (
    <span class="g-table-clip">{url}</span>
  );
}

function UrlInput({ field, value, onChange, error }: InputProps) {
  const url = textOf(value);
  return (
    <TextField
      label={field.name}
      type="url"
      help={helpOf(field)}
      value={url}
      onInput={onChange}
      required={isRequired(field)}
      error={error}
      aside={
        isWebAddress(url) && (
          <a class="record-link" href={url} target="_blank" rel="noreferrer">
            {t("records.open")}
            <Icon name="external" size={12} />
          </a>
        )
      }
    />
  );
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

export const urlType: RecordFieldType = {
  type: "url",
  icon: "link",
  width: "minmax(12rem, 1fr)",
  isSearched: true,
  Cell: UrlCell,
  Input: UrlInput,
  edit: textOf,
  sample: () => "https://example.com",
};
