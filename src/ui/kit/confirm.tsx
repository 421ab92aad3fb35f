import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./text-field.tsx";
import { kitTexts } from "./texts.ts";

export interface ConfirmOptions {
  readonly title: string;
  readonly text?: ComponentChildren;
  /** What the confirming button says. */
  readonly action: string;
  readonly look?: "primary" | "danger" | undefined;
  /** Must be typed before the button works: for what cannot be undone. */
  readonly typeToConfirm?: string | undefined;
  readonly width?: string | undefined;
}

interface Question extends ConfirmOptions {
  readonly answer: (yes: boolean) => void;
}

const questions = signal<readonly Question[]>([]);

/** Asks, and answers whether it was confirmed. Needs a `<Confirmations />` on the page. */
export function confirm(options: ConfirmOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const question: Question = {
      ...options,
      answer: (yes) => {
        questions.value = questions.peek().filter((each) => each !== question);
        resolve(yes);
      },
    };
    questions.value = [...questions.peek(), question];
  });
}

/** Shows what `confirm` asks; once per page. */
export function Confirmations() {
  return (
    <>
      {questions.value.map((question, index) => (
        <ConfirmDialog key={index} {...question} />
      ))}
    </>
  );
}

function ConfirmDialog(question: Question) {
  const { title, text, action, look = "primary", typeToConfirm, width, answer } = question;
  const [typed, setTyped] = useState("");
  const isReady = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  return (
    <Dialog
      title={title}
      width={width}
      onClose={() => answer(false)}
      onSubmit={() => isReady && answer(true)}
      foot={
        <>
          <Button autoFocus={typeToConfirm === undefined} onClick={() => answer(false)}>
            {kitTexts.value.cancel}
          </Button>
          <Button type="submit" look={look} disabled={!isReady}>
            {action}
          </Button>
        </>
      }
    >
      <div class="g-stack">
        {text}
        {typeToConfirm !== undefined && (
          <TextField
            label={kitTexts.value.typeToConfirm(typeToConfirm)}
            value={typed}
            onInput={setTyped}
            autoFocus
          />
        )}
      </div>
    </Dialog>
  );
}
