import type { RequestEvent } from "../../../http/event.ts";
import { ValidationError } from "../../../lib/errors.ts";
import { authCollection, requireValid } from "../../form.ts";
import { type AuthExtraOptions, changeOptions, isAllOff } from "../options.ts";

/** GET auth-extras: which additions a collection has on. */
export async function viewOptions(event: RequestEvent): Promise<void> {
  const { extras } = event.app.auth;
  await event.json(200, await extras.options(event.app, authCollection(event)));
}

/** PATCH auth-extras: switches additions on and off. Nothing is stored until one is on. */
export async function updateOptions(event: RequestEvent): Promise<void> {
  const { app } = event;
  const { extras } = app.auth;
  const collection = authCollection(event);
  const present = await extras.options(app, collection);
  const options = changed(present, await event.body());
  if (options.anonymous.enabled && collection.findField("email")?.["required"] === true) {
    requireValid({ anonymous: { enabled: EMAIL_REQUIRED } });
  }
  const isStored = await extras.has(app, "_xAuthOptions");
  if (isStored || !isAllOff(options)) await extras.saveOptions(app, collection, options);
  app.auth.tokens.forgetAll();
  await event.json(200, options);
}

const EMAIL_REQUIRED = {
  code: "validation_email_required",
  message: "The collection's email field must not be required.",
};

function changed(
  present: AuthExtraOptions,
  body: Readonly<Record<string, unknown>>,
): AuthExtraOptions {
  try {
    return changeOptions(present, body);
  } catch (error) {
    if (error instanceof ValidationError) requireValid(error.errors);
    throw error;
  }
}
