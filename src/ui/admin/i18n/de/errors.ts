import type { Translation } from "../catalogue.ts";
import type { errors as english } from "../en/errors.ts";

export const errors: Translation<typeof english> = {
  "errors.unexpected": "Etwas ist schiefgegangen. Bitte versuche es erneut.",
  "errors.validation_required": "Darf nicht leer sein.",
  "errors.validation_not_unique": "Dieser Wert ist schon vergeben.",
  "errors.validation_is_email": "Das ist keine E-Mail-Adresse.",
  "errors.validation_values_mismatch": "Die Werte sind verschieden.",
  "errors.validation_invalid_token": "Der Link ist ungültig oder abgelaufen.",
  "errors.validation_invalid_password": "Das Passwort ist falsch.",
  "errors.nameTaken": "Ein anderes Feld heißt schon so.",
};
