import type { ComponentChildren } from "preact";
import { Disclosure, Tag } from "../../../kit/notice.tsx";
import type { FormErrors } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";

/** One group of options; opens by itself when something in it is wrong. */
export function OptionPart({
  title,
  enabled,
  errors,
  paths,
  children,
}: {
  readonly title: string;
  /** Undefined for what cannot be on or off. */
  readonly enabled?: boolean | undefined;
  readonly errors: FormErrors;
  /** Beginnings of the paths of its errors. */
  readonly paths: readonly string[];
  readonly children: ComponentChildren;
}) {
  const isWrong = Object.keys(errors).some((key) =>
    paths.some((path) => key === path || key.startsWith(`${path}.`)),
  );
  return (
    <Disclosure
      title={title}
      open={isWrong || undefined}
      aside={
        <>
          {isWrong && <Tag tone="danger">{t("collections.hasErrors")}</Tag>}
          {enabled !== undefined && (
            <Tag tone={enabled ? "success" : undefined}>
              {enabled ? t("options.on") : t("options.off")}
            </Tag>
          )}
        </>
      }
    >
      {children}
    </Disclosure>
  );
}
