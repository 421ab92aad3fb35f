import type { Reply } from "./emulation.ts";
import type { Ending } from "./faults.ts";

/** What a prediction says that ends so; undefined when it ends well. */
export function errorOf(ending: Ending): string | undefined {
  if (ending.kind === "error") {
    return ending.status === 422
      ? "NSFW content detected. Try running it again, or try a different prompt."
      : "CUDA out of memory";
  }
  return undefined;
}

/** An error as the vendor answers it. */
export function problem(status: number, title: string, detail: string): Reply {
  return { status, body: { title, detail, status } };
}
