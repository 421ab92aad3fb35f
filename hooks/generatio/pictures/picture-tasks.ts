/** What the thread for pictures is asked and answers. */

/** A picture may have so many; more are refused before anything is decoded. */
export const MAX_PIXELS = 64_000_000;

export interface PictureFacts {
  /** Hexadecimal. */
  readonly sha256: string;
  /** What to show until the picture is there (blurha.sh); empty when it cannot be decoded. */
  readonly blurhash: string;
  /** Nothing but black, as vendors leave of what their safety checker does not let out. */
  readonly isBlack: boolean;
}

/** What marks the part of a mask that is painted anew. */
export type MaskForm = "white" | "transparent";

/** By name: what each task is given beside the bytes of a picture, and what comes of it. */
export interface PictureTasks {
  readonly look: { readonly input: object; readonly outcome: PictureFacts };
  /** The same picture upright and without anything that is not picture: places, cameras, names. */
  readonly clean: { readonly input: object; readonly outcome: { readonly bytes: Uint8Array } };
  readonly mask: {
    readonly input: { readonly form: MaskForm };
    readonly outcome: { readonly bytes: Uint8Array };
  };
}

export type TaskName = keyof PictureTasks;

export type PictureTask = {
  [Name in TaskName]: {
    readonly id: number;
    readonly name: Name;
    readonly bytes: Uint8Array;
  } & PictureTasks[Name]["input"];
}[TaskName];

export type TaskOutcome = PictureTasks[TaskName]["outcome"];

export type TaskAnswer =
  | { readonly id: number; readonly outcome: TaskOutcome }
  | { readonly id: number; readonly problem: string };
