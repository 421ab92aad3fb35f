import { Button } from "../../../kit/button.tsx";
import { Field } from "../../../kit/field.tsx";
import { formatTime } from "../../i18n/format-time.ts";
import { language, t } from "../../i18n/language.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
  textOf,
} from "./record-field-type.ts";
import { fromLocalInput, toLocalInput, toStored } from "./stored-date.ts";

/** A date in local time; who points at it sees the stored one. */
export function DateCell({ value }: Pick<CellProps, "value">) {
  const stored = textOf(value);
  return (
    <time class="g-table-clip" dateTime={stored.replace(" ", "T")} title={stored}>
      {formatTime(stored, language())}
    </time>
  );
}

function DateInput({ field, value, onChange, error }: InputProps) {
  const stored = textOf(value);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Field
      label={field.name}
      required={isRequired(field)}
      error={error}
      help={
        helpOf(field) ?? (stored === "" ? t("records.timeZone", { zone }) : `${zone} · ${stored}`)
      }
      aside={
        <>
          <Button size="small" look="quiet" onClick={() => onChange(toStored(new Date()))}>
            {t("records.now")}
          </Button>
          {stored !== "" && (
            <Button size="small" look="quiet" onClick={() => onChange("")}>
              {t("kit.clear")}
            </Button>
          )}
        </>
      }
    >
      {(control) => (
        <input
          {...control}
          class="g-input"
          type="datetime-local"
          step="1"
          value={toLocalInput(stored)}
          required={isRequired(field)}
          onInput={({ currentTarget }) => {
            // A date that is half typed has no value yet.
            if (!currentTarget.validity.badInput) onChange(fromLocalInput(currentTarget.value));
          }}
        />
      )}
    </Field>
  );
}

export const dateType: RecordFieldType = {
  type: "date",
  icon: "calendar",
  width: "12rem",
  isSearched: true,
  Cell: DateCell,
  Input: DateInput,
  edit: textOf,
  sample: () => "2026-01-31 10:00:00.123Z",
};
