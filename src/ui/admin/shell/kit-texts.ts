import { effect } from "@preact/signals";
import { kitTexts } from "../../kit/texts.ts";
import { t } from "../i18n/language.ts";

/** Lets the kit speak the language of the UI. */
export function translateKit(): void {
  effect(() => {
    kitTexts.value = {
      close: t("kit.close"),
      cancel: t("kit.cancel"),
      confirm: t("kit.confirm"),
      clear: t("kit.clear"),
      copy: t("kit.copy"),
      copied: t("kit.copied"),
      noMatches: t("kit.noMatches"),
      remove: (name) => t("kit.remove", { name }),
      show: t("kit.show"),
      hide: t("kit.hide"),
      drag: (name) => t("kit.drag", { name }),
      moved: (name, place, of) => t("kit.moved", { name, place, of }),
      typeToConfirm: (word) => t("kit.typeToConfirm", { word }),
      suggestions: t("kit.suggestions"),
      notifications: t("kit.notifications"),
      codeKeys: t("kit.codeKeys"),
    };
  });
}
