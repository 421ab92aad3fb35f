import { computed, signal } from "@preact/signals";
import { setAccent } from "../../kit/color-scheme.ts";
import { client } from "../api/client.ts";

interface Meta {
  readonly appName: string;
  readonly appURL: string;
  readonly hideControls: boolean;
}

const meta = signal<Meta>({ appName: "Generatio", appURL: "", hideControls: false });

/** What the settings say about the application. */
export const appMeta = computed(() => meta.value);

export async function loadSettings(): Promise<void> {
  const settings = await client.settings.getAll();
  const { appName, appURL, hideControls, accentColor }: Record<string, unknown> = settings["meta"];
  meta.value = {
    appName: String(appName ?? ""),
    appURL: String(appURL ?? ""),
    hideControls: hideControls === true,
  };
  setAccent(String(accentColor ?? ""));
}
