import { timingSafeEqual } from "node:crypto";
import type { RecordModel } from "generatio";
import { notFound, ProductError } from "../errors.ts";
import type { Product } from "../product.ts";
import { type Callback, ProviderError } from "../providers/provider.ts";
import { PlainToken } from "../tokens/secret.ts";
import { claimRequest } from "./claim.ts";
import { triedOf } from "./fail-over.ts";
import { isSettled, JOBS } from "./job.ts";
import { keyFor } from "./key.ts";
import { callbackProof, contextOf } from "./request.ts";

const READ_WITHIN_MS = 15_000;

/**
 * Takes a vendor's word that something is new about a job, and looks at once. Nothing of the callback is
 * believed but which request it is about: everything else is read from the vendor, as if nobody had called.
 *
 * @throws ProductError for an address that was not made here, and for a callback that is not the vendor's
 */
export async function hearCallback(
  product: Product,
  address: { readonly jobId: string; readonly proof: string },
  callback: Callback,
): Promise<void> {
  const { jobId, proof } = address;
  const isExpected = product.settings.publicOrigin !== undefined;
  if (!isExpected || !isSameText(proof, callbackProof(product, jobId))) {
    throw notFound("There is no such address.");
  }
  const [job] = await product.app.findRecordsByIds(JOBS, [jobId]);
  // What comes again, or after the end, is no news.
  if (!job || isSettled(job)) return;
  const requestId = await readRequestId(product, job, callback);
  const known = job.getString("provider_request_id");
  // Of a try that came to nothing before another model was asked.
  if (triedOf(job).some((tried) => tried.request_id === requestId)) return;
  if (known !== "" && known !== requestId) throw notTheVendor();
  if (known === "") await claimRequest(product, job.id, requestId);
  // One that is not at work waits for a key, or is looked after with the late results.
  product.jobs.hasten(job.id);
}

async function readRequestId(
  product: Product,
  job: RecordModel,
  callback: Callback,
): Promise<string> {
  const provider = product.providers.get(job.getString("provider"));
  const noKey = provider?.provesWithoutKey ? new PlainToken("no key") : undefined;
  const token = keyFor(product, job) ?? noKey;
  if (!token || !provider?.readCallback) throw cannotJudge();
  const context = contextOf(product, token, AbortSignal.timeout(READ_WITHIN_MS));
  try {
    const requestId = await provider.readCallback(callback, context);
    if (requestId === undefined) throw notTheVendor();
    return requestId;
  } catch (error) {
    if (error instanceof ProviderError) throw cannotJudge(error);
    throw error;
  } finally {
    token.wipe();
  }
}

function notTheVendor(): ProductError {
  return new ProductError("authentication_error", "The callback is not signed by the vendor.");
}

/** The vendor may call again; what it has to say is found without it, too. */
function cannotJudge(cause?: unknown): ProductError {
  return new ProductError("external_error", "The callback cannot be judged now.", {
    status: 503,
    cause,
  });
}

/** Takes the same time for every wrong one. */
function isSameText(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
