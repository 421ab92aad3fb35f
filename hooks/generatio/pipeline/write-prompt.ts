import type { PictureWish } from "./request.ts";

/** Step 6: the text that is sent. As typed, unless the wish asks for a documented rewriting. */
export function writePrompt({ prompt, rewriting }: PictureWish): string {
  switch (rewriting?.kind) {
    case undefined:
      return prompt;
    case "given":
      return rewriting.text;
    case "style":
      return [prompt, ...missingWords(prompt, rewriting.style)].join(", ");
  }
}

/** The words of each style, in the order in which they are put behind a prompt. */
const STYLES: Readonly<Record<string, string>> = {
  realistic: "photorealistic, highly detailed, natural lighting, sharp focus, realistic textures",
  cinematic: "cinematic still, dramatic lighting, shallow depth of field, film grain, wide shot",
  artistic: "fine art painting, expressive brushwork, rich palette",
  anime: "anime style, clean line art, cel shading, vivid colors",
  "digital-art": "digital illustration, crisp shapes, vibrant gradients",
  watercolor: "watercolor on textured paper, soft washes, gentle edges",
  "oil-painting": "oil on canvas, impasto, chiaroscuro",
  sketch: "graphite sketch, cross-hatching, paper texture",
  "3d-render": "3d render, global illumination, soft shadows, physically based materials",
  "pixel-art": "pixel art, 16-bit palette, crisp pixels",
  minimalist: "minimal composition, negative space, limited palette",
  fantasy: "epic fantasy scene, intricate details, atmospheric light",
  product: "studio product photo, seamless background, softbox lighting",
  none: "",
};

export const STYLE_NAMES: readonly string[] = Object.keys(STYLES);

function missingWords(prompt: string, style: string): string[] {
  const typed = prompt.toLowerCase();
  return (STYLES[style] ?? "")
    .split(", ")
    .filter((words) => words !== "" && !typed.includes(words));
}
