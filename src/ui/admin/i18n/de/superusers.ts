import type { Translation } from "../catalogue.ts";
import type { superusers as english } from "../en/superusers.ts";

export const superusers: Translation<typeof english> = {
  "superusers.title": "Superuser",
  "superusers.new": "Neuer Superuser",
  "superusers.edit": "{email} bearbeiten",
  "superusers.you": "du",
  "superusers.search": "Nach Adresse oder ID suchen",
  "superusers.id": "ID",
  "superusers.created": "Angelegt",
  "superusers.updated": "Geändert",
  "superusers.newPassword": "Neues Passwort",
  "superusers.newPasswordHelp":
    "Leer lassen, um das jetzige zu behalten. Ein neues beendet alle Sitzungen dieses Superusers.",
  "superusers.delete.title": "{email} löschen?",
  "superusers.delete.text":
    "Der Superuser kann sich nicht mehr anmelden, und seine Tokens enden sofort.",
  "superusers.deleted": "{email} gelöscht.",
  "superusers.created.toast": "{email} angelegt.",
  "superusers.token": "Token für die API",
  "superusers.token.title": "API-Token von {email}",
  "superusers.token.text":
    "Ein nicht erneuerbares Token für Skripte und Server. Es endet mit seiner Zeit oder wenn das Passwort geändert wird.",
  "superusers.token.duration": "Gültig für (Sekunden)",
  "superusers.token.durationHelp": "Leer für die übliche Dauer der Tokens dieser Sammlung.",
  "superusers.token.make": "Token erstellen",
  "superusers.token.made": "Jetzt kopieren: Es wird nicht noch einmal angezeigt.",
  "superusers.resetTokens": "Alle Sitzungen und Tokens beenden",
  "superusers.resetTokens.title": "Alle Sitzungen von {email} beenden?",
  "superusers.resetTokens.text":
    "Alle mit diesem Konto Angemeldeten und alle dafür erstellten Tokens werden sofort ausgeschlossen.",
  "superusers.resetTokens.done": "Alle Sitzungen und Tokens sind beendet.",
  "superusers.passwordReset": "E-Mail zum Zurücksetzen schicken",
  "superusers.passwordReset.sent": "Ein Link für ein neues Passwort wurde an {email} geschickt.",
  "superusers.actionsOf": "Aktionen für {email}",
  "superusers.count": { one: "{count} Superuser", other: "{count} Superuser" },
};
