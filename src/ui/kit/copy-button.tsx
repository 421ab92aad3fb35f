import { useState } from "preact/hooks";
import { IconButton } from "./button.tsx";
import { kitTexts } from "./texts.ts";

/** Copies a text, and says that it did. */
export function CopyButton({
  text,
  label,
}: {
  readonly text: string;
  readonly label?: string | undefined;
}) {
  const [isDone, setDone] = useState(false);
  const { copy, copied } = kitTexts.value;
  return (
    <IconButton
      size="small"
      icon={isDone ? "check" : "copy"}
      label={isDone ? copied : (label ?? copy)}
      onClick={async (event) => {
        event.stopPropagation();
        await copyText(text);
        setDone(true);
        setTimeout(() => setDone(false), 1500);
      }}
    />
  );
}

/** Puts a text on the clipboard, also on pages without TLS, where the browser's clipboard API is missing. */
export async function copyText(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  (document.querySelector("dialog[open]:last-of-type") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
