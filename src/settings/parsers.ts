import { parseCron } from "../lib/cron-expression.ts";
import { isEmail } from "../lib/email.ts";
import { isUrl } from "../lib/url.ts";
import type { SettingsParsers } from "./validate.ts";

export const settingsParsers: SettingsParsers = {
  isEmail,
  isUrl,
  parseCron: (expression) => void parseCron(expression),
};
