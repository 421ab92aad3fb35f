import type { App } from "../app.ts";
import { OAUTH2_PROVIDERS } from "../collections/oauth2-providers.ts";
import { firstProblem, oneOf, required } from "../lib/checks.ts";
import { ValidationError } from "../lib/errors.ts";

/** A link is to a provider that exists (PocketBase: core/external_auth_model.go). */
export function bindExternalAuthHooks(app: App): void {
  const names = OAUTH2_PROVIDERS.map(({ name }) => name);
  app.onRecordValidate("_externalAuths").bind({
    id: "__pbExternalAuthProvider__",
    priority: 99,
    func: async (event) => {
      const wrong = firstProblem(event.record.getString("provider"), [required, oneOf(names)]);
      if (wrong) throw new ValidationError({ provider: wrong });
      await event.next();
    },
  });
}
