import { useRef } from "preact/hooks";
import { TextField, type TextFieldProps } from "../../kit/text-field.tsx";
import { finalIdentifier, typedIdentifier } from "./identifiers.ts";

/** The name of a collection or field; what cannot be in one is replaced while it is typed. */
export function IdentifierField(props: TextFieldProps) {
  const isTyped = useRef(false);
  const { value, onInput } = props;
  return (
    <TextField
      {...props}
      onInput={(text) => {
        isTyped.current = true;
        onInput(typedIdentifier(text));
      }}
      onBlur={() => {
        // A stored name stays as it is, however it is spelt.
        if (isTyped.current && finalIdentifier(value) !== value) onInput(finalIdentifier(value));
        isTyped.current = false;
      }}
    />
  );
}
