import type { RecordModel } from "generatio";
import type { Parameters } from "../models/parameters.ts";
import type { Product } from "../product.ts";
import type { ProviderContext, ProviderRequest } from "../providers/provider.ts";
import type { PlainToken } from "../tokens/secret.ts";
import { loadInputs } from "./inputs.ts";

/** What a job asks its provider for. @throws Error when its model is not in the catalogue any more */
export function requestOf(product: Product, job: RecordModel): ProviderRequest {
  const model = product.catalogue.byId(job.getString("model"));
  if (!model) throw new Error(`no model ${job.getString("model")}`);
  const parameters = (job.getJson("params") ?? {}) as Parameters;
  const callbackUrl = callbackUrlOf(product, job);
  return {
    model,
    prompt: job.getString("prompt_used"),
    parameters,
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
  };
}

/** The same with the pictures that go in. @throws ProviderError when one of them is gone, too */
export async function wholeRequestOf(product: Product, job: RecordModel): Promise<ProviderRequest> {
  const request = requestOf(product, job);
  const inputs = await loadInputs(product, job, request.model);
  return inputs ? { ...request, inputs } : request;
}

/** What adapters are given to work with. @param token stays the caller's */
export function contextOf(
  product: Product,
  token: PlainToken,
  signal: AbortSignal,
): ProviderContext {
  const { app, settings } = product;
  return {
    token,
    signal,
    fetch,
    trace: ({ sent, received, ...exchange }) => {
      const sizes = { sentBytes: sent.length, receivedBytes: received.length };
      const bodies = settings.debugHttp ? { sent, received } : {};
      app.logger.debug("provider exchange", { ...exchange, ...sizes, ...bodies });
    },
  };
}

/** Where the job's vendor may tell that its work is over; undefined when it cannot or does not. */
export function callbackUrlOf(product: Product, job: RecordModel): string | undefined {
  const { publicOrigin } = product.settings;
  const provider = product.providers.get(job.getString("provider"));
  if (publicOrigin === undefined || !provider?.readCallback) return undefined;
  // As a query value of this name it is kept out of the log of requests.
  return `${publicOrigin}/api/custom/callbacks/${job.id}?token=${callbackProof(product, job.id)}`;
}

/** What makes the address of a job's callbacks impossible to guess. */
export function callbackProof({ serverKey }: Product, jobId: string): string {
  return serverKey.proofOf(`callback/${jobId}`);
}
