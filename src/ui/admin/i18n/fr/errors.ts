import type { Translation } from "../catalogue.ts";
import type { errors as english } from "../en/errors.ts";

export const errors: Translation<typeof english> = {
  "errors.unexpected": "Une erreur est survenue. Veuillez réessayer.",
  "errors.validation_required": "Ne peut pas être vide.",
  "errors.validation_not_unique": "Cette valeur est déjà utilisée.",
  "errors.validation_is_email": "Ce n’est pas une adresse e-mail.",
  "errors.validation_values_mismatch": "Les valeurs ne correspondent pas.",
  "errors.validation_invalid_token": "Le lien est invalide ou a expiré.",
  "errors.validation_invalid_password": "Le mot de passe est incorrect.",
  "errors.nameTaken": "Un autre champ porte déjà ce nom.",
};
