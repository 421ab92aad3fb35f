import { lazy } from "../../shell/lazy.tsx";
import { isOverviewOpen } from "./overview.ts";

const OverviewDialog = lazy(async () => (await import("./overview-dialog.tsx")).OverviewDialog);

/** Shows the overview while it is open. */
export function OverviewHost() {
  return isOverviewOpen.value ? <OverviewDialog /> : null;
}
