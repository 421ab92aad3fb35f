import { useState } from "preact/hooks";
import { IconButton } from "../../../kit/button.tsx";
import { Field } from "../../../kit/field.tsx";
import type { IconName } from "../../../kit/icon-paths.ts";
import { SelectField } from "../../../kit/select-field.tsx";
import type { PlainKey } from "../../i18n/en.ts";
import { t } from "../../i18n/language.ts";
import { GeoPad } from "./geo-pad.tsx";
import { type GeoPoint, movePoint, parsePoint, pointText, toPoint } from "./geo.ts";
import {
  type CellProps,
  helpOf,
  type InputProps,
  isRequired,
  type RecordFieldType,
} from "./record-field-type.ts";

function GeoCell({ value }: CellProps) {
  return <code class="g-table-clip">{pointText(toPoint(value))}</code>;
}

const STEPS = ["10", "1", "0.1", "0.01", "0.001", "0.0001"] as const;

function GeoInput({ field, value, onChange, error, errors }: InputProps) {
  const point = toPoint(value);
  const [step, setStep] = useState<(typeof STEPS)[number]>("0.01");
  const set = (change: Partial<GeoPoint>) => onChange({ ...point, ...change });
  const nudge = (east: number, north: number) =>
    onChange(movePoint(point, east * Number(step), north * Number(step)));
  return (
    <Field
      label={field.name}
      help={helpOf(field) ?? t("records.geo.help")}
      required={isRequired(field)}
      error={error ?? errors["lat"] ?? errors["lon"]}
    >
      {(control) => (
        <div class="geo">
          <GeoPad point={point} step={Number(step)} onChange={onChange} />
          <div class="geo-controls">
            <Coordinate
              control={control}
              label={t("records.geo.latitude")}
              value={point.lat}
              limit={90}
              onInput={(lat) => set({ lat })}
              onPaste={onChange}
            />
            <Coordinate
              label={t("records.geo.longitude")}
              value={point.lon}
              limit={180}
              onInput={(lon) => set({ lon })}
              onPaste={onChange}
            />
            <SelectField
              label={t("records.geo.step")}
              size="small"
              value={step}
              choices={STEPS.map((each) => ({ value: each, label: `${each}°` }))}
              onChange={setStep}
            />
            <Nudges onMove={nudge} />
          </div>
        </div>
      )}
    </Field>
  );
}

interface CoordinateProps {
  readonly control?: { readonly id: string };
  readonly label: string;
  readonly value: number;
  readonly limit: number;
  readonly onInput: (value: number) => void;
  readonly onPaste: (point: GeoPoint) => void;
}

function Coordinate({ control, label, value, limit, onInput, onPaste }: CoordinateProps) {
  return (
    <label class="geo-coordinate">
      <span>{label}</span>
      <input
        {...control}
        class="g-input"
        type="number"
        step="any"
        min={-limit}
        max={limit}
        value={value}
        onInput={({ currentTarget: { valueAsNumber } }) => {
          if (!Number.isNaN(valueAsNumber)) onInput(valueAsNumber);
        }}
        onPaste={(event) => {
          const pasted = parsePoint(event.clipboardData?.getData("text/plain") ?? "");
          if (!pasted) return;
          event.preventDefault();
          onPaste(pasted);
        }}
      />
    </label>
  );
}

/** In the order of the grid in the style sheet. */
const NUDGES: readonly (readonly [icon: IconName, label: PlainKey, east: number, north: number])[] =
  [
    ["arrow-up", "records.geo.north", 0, 1],
    ["arrow-left", "records.geo.west", -1, 0],
    ["arrow-right", "records.geo.east", 1, 0],
    ["arrow-down", "records.geo.south", 0, -1],
  ];

function Nudges({ onMove }: { readonly onMove: (east: number, north: number) => void }) {
  return (
    <div class="geo-nudge" role="group" aria-label={t("records.geo.nudge")}>
      {NUDGES.map(([icon, label, east, north]) => (
        <IconButton
          key={label}
          size="small"
          icon={icon}
          label={t(label)}
          onClick={() => onMove(east, north)}
        />
      ))}
    </div>
  );
}

export const geoPointType: RecordFieldType = {
  type: "geoPoint",
  icon: "map",
  width: "minmax(11rem, 0.8fr)",
  isSearched: false,
  Cell: GeoCell,
  Input: GeoInput,
  edit: toPoint,
  sample: () => ({ lon: 13.4, lat: 52.52 }),
};
