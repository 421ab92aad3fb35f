import type { Translation } from "../catalogue.ts";
import type { rules as english } from "../en/rules.ts";

export const rules: Translation<typeof english> = {
  "rules.listRule": "Lister et rechercher",
  "rules.viewRule": "Voir",
  "rules.createRule": "Créer",
  "rules.updateRule": "Modifier",
  "rules.deleteRule": "Supprimer",
  "rules.authRule": "Authentification",
  "rules.manageRule": "Gérer",
  "rules.authRule.help":
    "Une condition supplémentaire pour se connecter, comme verified = true. Verrouillé : personne ne se connecte.",
  "rules.manageRule.help":
    "Qui peut changer l’adresse, le mot de passe et d’autres champs d’authentification d’autrui sans l’ancien mot de passe.",
  "rules.createRule.help": "Évaluée sur l’enregistrement tel qu’il serait stocké.",
  "rules.updateRule.help":
    "Évaluée sur l’enregistrement stocké ; les données envoyées sont dans @request.body.",
  "rules.superusersOnly": "Superutilisateurs seulement",
  "rules.everyone": "Tout le monde",
  "rules.conditional": "Sous condition",
  "rules.lock": "Réserver aux superutilisateurs : {rule}",
  "rules.unlock": "Définir une règle : {rule}",
  "rules.lock.short": "Superutilisateurs seulement",
  "rules.unlock.short": "Définir une règle",
  "rules.empty": "Vide : tout le monde, invités compris",
  "rules.fields": "Champs disponibles",
  "rules.fields.text": "Champs de l’enregistrement, relations avec des points, et :",
  "rules.fields.request": "la requête : qui demande et ce qui est envoyé",
  "rules.fields.collection": "toute autre collection",
  "rules.fields.back": "enregistrements qui renvoient à celui-ci",
  "rules.fields.macros": "dates en UTC",
  "rules.fields.modifiers": "modificateurs d’un champ",
  "rules.system": "Les règles de cette collection système ne sont pas modifiables.",
};
