import { ICON_PATHS, type IconName } from "./icon-paths.ts";

export interface IconProps {
  readonly name: IconName;
  /** Pixels; 16 unless given. */
  readonly size?: number | undefined;
}

/** An icon in the colour of the text around it. It says nothing by itself: its control carries the name. */
export function Icon({ name, size = 16 }: IconProps) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width={1.8}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={ICON_PATHS[name]} />
    </svg>
  );
}
