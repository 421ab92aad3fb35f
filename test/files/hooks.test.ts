import { expect, test } from "vitest";
import { SettingsReloadEvent } from "../../src/settings/events.ts";
import { startTestServer } from "../../src/testing/index.ts";

test.each([
  [true, ["S3 file storage is not built yet: files are read from and written to the data folder"]],
  [false, []],
])("S3 switched on (%j) is answered with a warning: %j", async (enabled, expected) => {
  const server = await startTestServer();
  const { app } = server;
  const warnings: string[] = [];
  app.logger.warn = (message) => void warnings.push(message);
  app.settings = { ...app.settings, s3: { ...app.settings.s3, enabled } };
  await app.events.onSettingsReload.trigger(new SettingsReloadEvent(app));
  expect(warnings).toEqual(expected);
  await server.close();
});
