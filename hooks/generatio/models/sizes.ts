/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** FAL's preset names, used as this product's. */
const PRESETS: Readonly<Record<string, Size>> = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
};

/** @returns undefined for a name that is no preset */
export function presetSize(preset: string): Size | undefined {
  return Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : undefined;
}
