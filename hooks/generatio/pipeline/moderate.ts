import { ProductError } from "../errors.ts";

/**
 * Step 5: refuses what no model may be asked for here. Only one thing is decided locally, and it cannot be
 * switched off: sexual content with minors. Everything else is judged by the provider's own policy.
 *
 * @throws ProductError `validation_error` with `code: content_policy`
 */
export function moderate(prompt: string): void {
  const words = new Set(wordsOf(prompt));
  const hits = (terms: readonly string[]) => terms.some((term) => words.has(term));
  if (!hits(MINORS) || !hits(SEXUAL)) return;
  const message = "The prompt is refused by the content policy.";
  throw new ProductError("validation_error", message, {
    data: { prompt: { code: "content_policy", message } },
    extra: { code: "content_policy" },
  });
}

const MINORS = words(
  "child children kid kids minor minors toddler toddlers infant infants preteen preteens underage " +
    "schoolgirl schoolgirls schoolboy schoolboys loli lolita shota",
);
const SEXUAL = words(
  "nude nudes naked nudity sex sexual sexually sexy porn porno pornographic pornography erotic erotica " +
    "nsfw hentai lingerie genitals topless",
);

const LOOKALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

/** Whole words in lower case, with what is used to hide them undone: invisible signs, accents, digits for letters. */
function wordsOf(prompt: string): string[] {
  const plain = prompt
    .normalize("NFKD")
    .replaceAll(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replaceAll(/[013457@$]/g, (sign) => LOOKALIKES[sign] ?? sign);
  return plain.split(/[^\p{L}]+/u);
}

function words(list: string): readonly string[] {
  return list.split(" ");
}
