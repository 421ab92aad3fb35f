import type { Translation } from "../catalogue.ts";
import type { kit as english } from "../en/kit.ts";

export const kit: Translation<typeof english> = {
  "kit.close": "Fermer",
  "kit.cancel": "Annuler",
  "kit.confirm": "Confirmer",
  "kit.clear": "Effacer",
  "kit.copy": "Copier",
  "kit.copied": "Copié",
  "kit.noMatches": "Aucun résultat",
  "kit.remove": "Retirer {name}",
  "kit.show": "Afficher",
  "kit.hide": "Masquer",
  "kit.drag": "Déplacer {name}",
  "kit.moved": "{name} est maintenant {place} sur {of}",
  "kit.typeToConfirm": "Saisissez {word} pour confirmer",
  "kit.suggestions": "Suggestions",
  "kit.notifications": "Notifications",
  "kit.codeKeys": "Pendant la saisie, Tab indente. Échap puis Tab quitte le champ.",
};
