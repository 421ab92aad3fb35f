import type { RecordModel } from "generatio";
import type { Product } from "../product.ts";
import { triedOf } from "./fail-over.ts";
import { handleOf, isSettled, JOBS, saveJob, setHandle } from "./job.ts";
import { keyFor } from "./key.ts";
import { startJob } from "./start.ts";

/**
 * Gives a job whose request got lost on its way the request that the vendor has of it. From now on it is
 * followed like any other, as soon as there is a key for that.
 */
export async function claimRequest(
  product: Product,
  jobId: string,
  requestId: string,
): Promise<void> {
  const job = await product.app.runInTransaction(async (tx) => {
    const [stored] = await tx.findRecordsByIds(JOBS, [jobId]);
    const provider = product.providers.get(stored?.getString("provider") ?? "");
    const model = product.catalogue.byId(stored?.getString("model") ?? "");
    const wasTried = stored && triedOf(stored).some((tried) => tried.request_id === requestId);
    const isOpen = stored && !isSettled(stored) && !handleOf(stored) && !wasTried;
    if (!isOpen || !model || !provider?.handleOf) return undefined;
    setHandle(stored, provider.handleOf(requestId, model));
    if (stored.getString("state") === "unknown") {
      stored.load({ state: "running", error_code: "", error_message: "", error_info: null });
    }
    await saveJob(tx, stored);
    return stored;
  });
  if (job) goOn(product, job);
}

function goOn(product: Product, job: RecordModel): void {
  const token = keyFor(product, job);
  if (token) startJob(product, job, token);
  token?.wipe();
}
