import { signal } from "@preact/signals";

/** Whether the overview is open. */
export const isOverviewOpen = signal(false);

export function openOverview(): void {
  isOverviewOpen.value = true;
}

export function closeOverview(): void {
  isOverviewOpen.value = false;
}
