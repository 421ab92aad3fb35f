import { computed, signal } from "@preact/signals";
import { ClientResponseError, type RecordModel } from "pocketbase";
import { toast } from "../../kit/toast.tsx";
import { loadCollections } from "../data/collections.ts";
import { loadSettings } from "../data/settings.ts";
import { t } from "../i18n/language.ts";
import { client } from "./client.ts";

const record = signal<RecordModel | null>(
  client.authStore.isValid ? client.authStore.record : null,
);

/** Whoever is signed in. */
export const superuser = computed(() => record.value);

/** Renews a session of an earlier visit and follows its end from now on. */
export async function startSession(): Promise<void> {
  client.afterSend = (response, data: unknown) => {
    const isOurs = response.url.startsWith(client.baseURL);
    if (response.status === 401 && isOurs && record.peek()) endSession();
    return data;
  };
  if (!record.peek()) return;
  try {
    await client.collection("_superusers").authRefresh();
    record.value = client.authStore.record;
    await loadShared();
  } catch (error) {
    if (error instanceof ClientResponseError && [401, 403, 404].includes(error.status)) signOut();
    else throw error;
  }
}

/** After a sign-in through the client: shows the pages for superusers. */
export async function enter(): Promise<void> {
  await loadShared();
  record.value = client.authStore.record;
}

export function signOut(): void {
  client.authStore.clear();
  record.value = null;
}

function endSession(): void {
  signOut();
  toast(t("shell.sessionEnded"), { tone: "danger" });
}

async function loadShared(): Promise<void> {
  await Promise.all([loadCollections(), loadSettings()]);
}
