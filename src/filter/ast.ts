/** One side of a comparison. Literals are numbered: their values stand beside the tree. */
export type OperandNode =
  | { readonly kind: "identifier"; readonly name: string }
  | { readonly kind: "text" | "number"; readonly index: number; readonly text: string }
  | { readonly kind: "placeholder"; readonly name: string }
  | { readonly kind: "function"; readonly name: string; readonly args: readonly OperandNode[] };

export interface ComparisonNode {
  readonly kind: "comparison";
  readonly left: OperandNode;
  readonly sign: string;
  readonly right: OperandNode;
}

export type JoinWord = "AND" | "OR";

export interface GroupNode {
  readonly kind: "group";
  /** `join` is how the item is connected to the one before it. */
  readonly items: readonly { readonly join: JoinWord; readonly node: ExpressionNode }[];
}

export type ExpressionNode = ComparisonNode | GroupNode;

/** A parsed text. Texts that differ only in their literals have the same `shape`. */
export interface ParsedFilter {
  readonly root: GroupNode;
  readonly literals: readonly (string | number)[];
  /** The text with each literal replaced by its kind: what plans are cached by. */
  readonly shape: string;
}
