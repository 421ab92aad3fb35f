import { t } from "../../i18n/language.ts";
import { type GeoPoint, movePoint, pointText, tidy } from "./geo.ts";

const MERIDIANS = [-150, -120, -90, -60, -30, 30, 60, 90, 120, 150];
const PARALLELS = [-60, -30, 30, 60];
const TROPIC = 23.44;

/**
 * The globe as a plain grid of degrees: press or drag for a rough place, arrows move by the step.
 *
 * @param props.step degrees
 */
export function GeoPad({
  point,
  step,
  onChange,
}: {
  readonly point: GeoPoint;
  readonly step: number;
  readonly onChange: (point: GeoPoint) => void;
}) {
  const take = (event: PointerEvent, pad: Element) => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    const lon = clamp(((event.clientX - left) / width) * 360 - 180, 180);
    const lat = clamp(90 - ((event.clientY - top) / height) * 180, 90);
    onChange({ lon: tidy(Math.round(lon * 10) / 10), lat: tidy(Math.round(lat * 10) / 10) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [east, north] = DIRECTIONS[event.key] ?? [];
    if (east === undefined || north === undefined) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    onChange(movePoint(point, east * step * far, north * step * far));
  };
  return (
    <div
      class="geo-pad"
      tabIndex={0}
      role="application"
      aria-label={t("records.geo.pad", { point: pointText(point) })}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        take(event, event.currentTarget);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) take(event, event.currentTarget);
      }}
    >
      <Grid point={point} />
      <span
        class="geo-mark"
        style={{
          left: `${((point.lon + 180) / 360) * 100}%`,
          top: `${((90 - point.lat) / 180) * 100}%`,
        }}
      />
    </div>
  );
}

function Grid({ point }: { readonly point: GeoPoint }) {
  return (
    <svg viewBox="-180 -90 360 180" preserveAspectRatio="none" aria-hidden="true">
      <rect class="geo-tropics" x="-180" y={-TROPIC} width="360" height={TROPIC * 2} />
      {MERIDIANS.map((lon) => (
        <path key={`m${lon}`} class="geo-line" d={`M${lon} -90V90`} />
      ))}
      {PARALLELS.map((lat) => (
        <path key={`p${lat}`} class="geo-line" d={`M-180 ${lat}H180`} />
      ))}
      <path class="geo-axis" d="M-180 0H180M0 -90V90" />
      <path class="geo-cross" d={`M-180 ${-point.lat}H180M${point.lon} -90V90`} />
    </svg>
  );
}

const DIRECTIONS: Readonly<Record<string, readonly [east: number, north: number]>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
