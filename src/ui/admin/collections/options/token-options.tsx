import type { AuthCollectionModel } from "pocketbase";
import { Button } from "../../../kit/button.tsx";
import { Notice } from "../../../kit/notice.tsx";
import { NumberField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { randomLetters } from "../draft.ts";
import { OptionPart } from "./option-part.tsx";
import type { OptionsProps } from "./options-props.ts";

const TOKENS = [
  "authToken",
  "passwordResetToken",
  "emailChangeToken",
  "verificationToken",
  "fileToken",
] as const;

type TokenName = (typeof TOKENS)[number];

/** PocketBase's secrets are as long. */
const SECRET_LENGTH = 50;

/** How long tokens last, and an end for all that were made before. */
export function TokenOptions(props: OptionsProps) {
  return (
    <>
      {TOKENS.map((name) => (
        <TokenPart key={name} {...props} name={name} />
      ))}
    </>
  );
}

function TokenPart({
  name,
  collection,
  errors,
  onChange,
}: OptionsProps & { readonly name: TokenName }) {
  const { duration, secret } = collection[name];
  const set = (token: AuthCollectionModel[TokenName]) => onChange({ [name]: token }, name);
  return (
    <OptionPart title={t(`options.token.${name}`)} errors={errors} paths={[name]}>
      <NumberField
        label={t("options.duration")}
        value={duration}
        min={10}
        onInput={(typed) => set({ ...collection[name], duration: typed ?? 0 })}
        error={errors[`${name}.duration`]}
      />
      {secret ? (
        <Notice tone="warning">
          <div class="g-row">
            {t("options.token.invalidated")}
            <Button size="small" onClick={() => set({ duration })}>
              {t("options.token.undo")}
            </Button>
          </div>
        </Notice>
      ) : (
        <div>
          <Button
            size="small"
            icon="logout"
            onClick={() => set({ duration, secret: randomLetters(SECRET_LENGTH) })}
          >
            {t("options.token.invalidate")}
          </Button>
        </div>
      )}
      {errors[`${name}.secret`] && <Notice tone="danger">{errors[`${name}.secret`]}</Notice>}
    </OptionPart>
  );
}
