import type { CollectionModel } from "pocketbase";
import { CodeField } from "../../kit/code-field.tsx";
import type { FieldProps } from "../../kit/field.tsx";
import { collections } from "../data/collections.ts";
import { completeRule } from "./complete-rule.ts";

export interface RuleFieldProps extends FieldProps {
  /** The one whose rows the rule or filter is about. */
  readonly collection: CollectionModel;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** When given, Enter does this instead of a new line. */
  readonly onEnter?: (() => void) | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A rule or filter, with colours and suggestions of fields, relations and macros. */
export function RuleField(props: RuleFieldProps) {
  const { collection } = props;
  return (
    <CodeField
      {...props}
      language="rule"
      complete={(code, caret) =>
        completeRule(code, caret, {
          collection,
          // The edited collection as it is now, not as it is stored.
          collections: [...collections.value.filter(({ id }) => id !== collection.id), collection],
        })
      }
    />
  );
}
