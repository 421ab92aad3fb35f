import { encode } from "uqr";

export interface QrCodeProps {
  readonly text: string;
  /** What it is, for those who do not see it. */
  readonly label: string;
  /** Pixels; 176 unless given. */
  readonly size?: number | undefined;
}

/** Modules of white around it, as ISO/IEC 18004 wants it. */
const QUIET_ZONE = 4;

/** A text as a QR code, dark on white in every theme: not all cameras read the inverse. */
export function QrCode({ text, label, size = 176 }: QrCodeProps) {
  const { data, size: modules } = encode(text, { ecc: "M", border: QUIET_ZONE });
  return (
    <svg
      class="g-qr-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${modules} ${modules}`}
      width={size}
      height={size}
      shape-rendering="crispEdges"
    >
      <path class="g-qr-code-ground" d={`M0 0h${modules}v${modules}h-${modules}z`} />
      <path d={darkModules(data)} />
    </svg>
  );
}

function darkModules(data: readonly (readonly boolean[])[]): string {
  return data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
}
