import type { Translation } from "../catalogue.ts";
import type { rules as english } from "../en/rules.ts";

export const rules: Translation<typeof english> = {
  "rules.listRule": "Auflisten und suchen",
  "rules.viewRule": "Ansehen",
  "rules.createRule": "Anlegen",
  "rules.updateRule": "Ändern",
  "rules.deleteRule": "Löschen",
  "rules.authRule": "Anmelden",
  "rules.manageRule": "Verwalten",
  "rules.authRule.help":
    "Eine weitere Bedingung für die Anmeldung, etwa verified = true. Gesperrt: Niemand meldet sich an.",
  "rules.manageRule.help":
    "Wer Adresse, Passwort und andere Auth-Felder anderer ohne das alte Passwort ändern darf.",
  "rules.createRule.help": "Wird an dem Datensatz geprüft, wie er gespeichert würde.",
  "rules.updateRule.help":
    "Wird am gespeicherten Datensatz geprüft; Gesendetes steht in @request.body.",
  "rules.superusersOnly": "Nur Superuser",
  "rules.everyone": "Alle",
  "rules.conditional": "Mit Bedingung",
  "rules.lock": "Auf nur Superuser setzen: {rule}",
  "rules.unlock": "Regel festlegen: {rule}",
  "rules.lock.short": "Nur Superuser",
  "rules.unlock.short": "Regel festlegen",
  "rules.empty": "Leer: alle, auch Gäste",
  "rules.fields": "Verfügbare Felder",
  "rules.fields.text": "Felder des Datensatzes, Verknüpfungen mit Punkten, und:",
  "rules.fields.request": "die Anfrage: wer fragt und was gesendet wird",
  "rules.fields.collection": "jede andere Sammlung",
  "rules.fields.back": "Datensätze, die auf diesen verweisen",
  "rules.fields.macros": "Zeitangaben in UTC",
  "rules.fields.modifiers": "Zusätze eines Feldes",
  "rules.system": "Regeln dieser Systemsammlung sind nicht änderbar.",
};
