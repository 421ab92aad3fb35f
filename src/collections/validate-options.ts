import {
  atLeast,
  atMost,
  type Check,
  checkObject,
  firstProblem,
  length,
  required,
  satisfies,
} from "../lib/checks.ts";
import { type ErrorTree, problem } from "../lib/errors.ts";
import { findSingleColumnUniqueIndex } from "../lib/index-expression.ts";
import { isUrl } from "../lib/url.ts";
import type { AuthOptions, OAuth2ProviderConfig, Rule } from "./collection.ts";
import { dryRunView } from "./dry-run.ts";
import { OAUTH2_PROVIDERS } from "./oauth2-providers.ts";
import { isCausedByInput, rawErrorText } from "./raw-error.ts";
import { checkRule, keepSystemRule, type Problem, type ValidationContext } from "./rule-checks.ts";

/** Problems of the options that the collection's kind has. */
export async function checkOptions(context: ValidationContext): Promise<ErrorTree> {
  const { auth, view } = context.collection;
  if (auth) return checkAuthOptions(context, auth);
  if (view) return gathered({ viewQuery: await checkViewQuery(context, view.viewQuery) });
  return {};
}

const MAX_REASON_BYTES = 500;

async function checkViewQuery({ app }: ValidationContext, query: string): Promise<Problem> {
  const missing = firstProblem(query, [required]);
  if (missing) return missing;
  try {
    await dryRunView(app, query, 10);
    return undefined;
  } catch (error) {
    if (!isCausedByInput(error)) throw error;
    const reason = Buffer.from(rawErrorText(error)).subarray(0, MAX_REASON_BYTES).toString();
    return problem("validation_invalid_view_query", `Invalid query - ${reason}`);
  }
}

/** What depends on several options is looked at only when each for itself is in order. */
function checkAuthOptions(context: ValidationContext, auth: AuthOptions): ErrorTree {
  const { original } = context;
  const checkChangeable = (before: Rule | undefined, rule: Rule) =>
    checkRule(context, rule) ?? keepSystemRule(context, before, rule);
  const errors = gathered({
    authRule: checkChangeable(original?.auth?.authRule, auth.authRule),
    manageRule:
      auth.manageRule === ""
        ? problem("validation_nil_or_not_empty_required", "Cannot be blank")
        : checkChangeable(original?.auth?.manageRule, auth.manageRule),
    authAlert: nested({
      emailTemplate: nested(checkObject({ ...auth.authAlert.emailTemplate }, TEMPLATE)),
    }),
    passwordAuth: auth.passwordAuth.enabled
      ? nested(checkObject({ ...auth.passwordAuth }, { identityFields: [required] }))
      : undefined,
    oauth2: auth.oauth2.enabled
      ? nested({ providers: checkProviders(auth.oauth2.providers) })
      : undefined,
    otp: nested({
      ...(auth.otp.enabled ? checkObject({ ...auth.otp }, ENABLED_OTP) : {}),
      emailTemplate: nested(checkObject({ ...auth.otp.emailTemplate }, TEMPLATE)),
    }),
    mfa: auth.mfa.enabled ? nested(checkObject({ ...auth.mfa }, { duration: SHORT })) : undefined,
    ...Object.fromEntries(TOKENS.map((key) => [key, nested(checkObject({ ...auth[key] }, TOKEN))])),
    ...Object.fromEntries(
      TEMPLATES.map((key) => [key, nested(checkObject({ ...auth[key] }, TEMPLATE))]),
    ),
  });
  if (Object.keys(errors).length > 0) return errors;
  return checkMfa(context, auth) ?? checkIdentityFields(context, auth) ?? {};
}

const SHORT: readonly Check[] = [required, atLeast(10), atMost(86_400)];
const ENABLED_OTP = { duration: SHORT, length: [required, atLeast(4)] };
/** About three years at most. */
const TOKEN = {
  secret: [required, length(30, 255)],
  duration: [required, atLeast(10), atMost(94_670_856)],
};
const TEMPLATE = { subject: [required], body: [required] };

const TOKENS = [
  "authToken",
  "passwordResetToken",
  "emailChangeToken",
  "verificationToken",
  "fileToken",
] as const;
const TEMPLATES = [
  "verificationTemplate",
  "resetPasswordTemplate",
  "confirmEmailChangeTemplate",
] as const;

function checkMfa(context: ValidationContext, auth: AuthOptions): ErrorTree | undefined {
  if (!auth.mfa.enabled) return undefined;
  const methods = [auth.passwordAuth, auth.oauth2, auth.otp].filter(({ enabled }) => enabled);
  if (methods.length < 2) {
    const message = "MFA requires at least 2 auth methods to be enabled.";
    return { mfa: { enabled: problem("validation_mfa_not_enough_auths", message) } };
  }
  if (auth.mfa.rule === "") return undefined;
  const found =
    checkRule(context, auth.mfa.rule) ??
    keepSystemRule(context, context.original?.auth?.mfa.rule, auth.mfa.rule);
  return found && { mfa: { rule: found } };
}

/** Who signs in must be found by one value. */
function checkIdentityFields(
  { collection }: ValidationContext,
  auth: AuthOptions,
): ErrorTree | undefined {
  if (!auth.passwordAuth.enabled) return undefined;
  for (const name of auth.passwordAuth.identityFields) {
    const found = !collection.findField(name)
      ? problem("validation_missing_field", `Invalid or missing field ${name}`, { fieldName: name })
      : !findSingleColumnUniqueIndex(collection.indexes, name)
        ? problem(
            "validation_missing_unique_constraint",
            `The field ${name} doesn't have a UNIQUE constraint.`,
            {
              fieldName: name,
            },
          )
        : undefined;
    if (found) return { passwordAuth: { identityFields: found } };
  }
  return undefined;
}

const url = satisfies(isUrl, "validation_is_url", "Must be a valid URL.");

const isProvider: Check = (name) =>
  !name || OAUTH2_PROVIDERS.some((provider) => provider.name === name)
    ? undefined
    : problem(
        "validation_missing_provider",
        `Invalid or missing provider with name ${String(name)}.`,
        { name },
      );

const PROVIDER = {
  name: [required, isProvider],
  clientId: [required],
  clientSecret: [required],
  authURL: [url],
  tokenURL: [url],
  userInfoURL: [url],
};

function checkProviders(providers: readonly OAuth2ProviderConfig[]): Problem {
  const errors = gathered(
    Object.fromEntries(
      providers.map((provider, position) => [
        position,
        nested(checkObject({ ...provider }, PROVIDER)),
      ]),
    ),
  );
  return findDouble(providers) ?? nested(errors);
}

function findDouble(providers: readonly OAuth2ProviderConfig[]): ErrorTree | undefined {
  const position = providers.findIndex(
    ({ name }, index) => name !== "" && providers.findIndex((other) => other.name === name) < index,
  );
  if (position < 0) return undefined;
  const { name } = providers[position]!;
  const message = `The provider ${name} is already registered.`;
  return { [position]: { name: problem("validation_duplicated_provider", message, { name }) } };
}

/** The problems that are there. */
function gathered(problems: Readonly<Record<string, Problem>>): ErrorTree {
  const errors: ErrorTree = {};
  for (const [key, found] of Object.entries(problems)) if (found) errors[key] = found;
  return errors;
}

function nested(problems: Readonly<Record<string, Problem>>): Problem {
  const errors = gathered(problems);
  return Object.keys(errors).length > 0 ? errors : undefined;
}
