import { z } from "zod";
import { contextOf } from "../jobs/request.ts";
import type { Product } from "../product.ts";
import { isSuccess, readAnswer } from "../providers/answers.ts";
import { callProvider } from "../providers/http.ts";
import { ProviderError } from "../providers/provider.ts";

const TIMEOUT_MS = 8000;

/** OpenAI's judgement of texts (openai-node: resources/moderations.ts). */
const judgement = z.object({
  results: z.array(
    z.object({ flagged: z.boolean(), categories: z.record(z.string(), z.boolean()) }),
  ),
});

/**
 * Asks the moderation service about texts.
 *
 * @returns the categories that each falls into; none for what is fine
 * @throws ProviderError when there is no judgement
 */
export async function checkTexts(
  product: Product,
  texts: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const { settings, pictures } = product;
  const key = settings.serverKeys.get("openai");
  if (!key) throw new ProviderError("auth", "There is no key for the check.", { sent: "no" });
  const token = key.copy();
  try {
    const answer = await callProvider(
      {
        method: "POST",
        url: `${settings.openAiOrigin}/v1/moderations`,
        headers: { authorization: `Bearer ${token.reveal()}` },
        body: { model: "omni-moderation-latest", input: texts },
        timeoutMs: TIMEOUT_MS,
      },
      contextOf(product, token, pictures.signal),
    );
    if (!isSuccess(answer)) {
      const message = `The check answered ${answer.status}.`;
      throw new ProviderError("unavailable", message, { sent: "yes", status: answer.status });
    }
    const { results } = readAnswer(judgement, answer, "yes");
    return texts.map((_text, index) => flaggedIn(results[index]));
  } finally {
    token.wipe();
  }
}

function flaggedIn(
  result: z.infer<typeof judgement>["results"][number] | undefined,
): readonly string[] {
  if (!result) throw new ProviderError("protocol", "The check left a text out.", { sent: "yes" });
  const named = Object.entries(result.categories).filter(([, isMet]) => isMet);
  const categories = named.map(([name]) => name);
  return result.flagged && categories.length === 0 ? ["flagged"] : categories;
}
