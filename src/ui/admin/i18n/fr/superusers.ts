import type { Translation } from "../catalogue.ts";
import type { superusers as english } from "../en/superusers.ts";

export const superusers: Translation<typeof english> = {
  "superusers.title": "Superutilisateurs",
  "superusers.new": "Nouveau superutilisateur",
  "superusers.edit": "Modifier {email}",
  "superusers.you": "vous",
  "superusers.search": "Rechercher par adresse ou identifiant",
  "superusers.id": "Identifiant",
  "superusers.created": "Créé le",
  "superusers.updated": "Modifié le",
  "superusers.newPassword": "Nouveau mot de passe",
  "superusers.newPasswordHelp":
    "Laissez vide pour conserver l’actuel. Un nouveau mot de passe ferme toutes les sessions.",
  "superusers.delete.title": "Supprimer {email} ?",
  "superusers.delete.text":
    "Ce superutilisateur ne pourra plus se connecter et ses jetons expirent immédiatement.",
  "superusers.deleted": "{email} supprimé.",
  "superusers.created.toast": "{email} créé.",
  "superusers.token": "Jeton pour l’API",
  "superusers.token.title": "Jeton d’API de {email}",
  "superusers.token.text":
    "Un jeton non renouvelable, pour scripts et serveurs. Il expire à son terme ou au changement de mot de passe.",
  "superusers.token.duration": "Valable (secondes)",
  "superusers.token.durationHelp": "Vide pour la durée habituelle des jetons de cette collection.",
  "superusers.token.make": "Créer le jeton",
  "superusers.token.made": "Copiez-le maintenant : il ne sera plus affiché.",
  "superusers.resetTokens": "Fermer toutes les sessions et jetons",
  "superusers.resetTokens.title": "Fermer toutes les sessions de {email} ?",
  "superusers.resetTokens.text":
    "Toute personne connectée avec ce compte, et tout jeton créé pour lui, est immédiatement exclue.",
  "superusers.resetTokens.done": "Toutes les sessions et tous les jetons ont expiré.",
  "superusers.passwordReset": "Envoyer un e-mail de réinitialisation",
  "superusers.passwordReset.sent":
    "Un lien pour choisir un nouveau mot de passe a été envoyé à {email}.",
  "superusers.actionsOf": "Actions pour {email}",
  "superusers.count": { one: "{count} superutilisateur", other: "{count} superutilisateurs" },
};
