import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EVENT_NAMES, EVENTS } from "../../src/events/events.ts";

/** All 84 hooks of PocketBase 0.40.4 that belong to a table or a collection's records, so can be bound to tags. */
const TAGGED = `
  onModelValidate onModelCreate onModelCreateExecute onModelAfterCreateSuccess onModelAfterCreateError
  onModelUpdate onModelUpdateExecute onModelAfterUpdateSuccess onModelAfterUpdateError
  onModelDelete onModelDeleteExecute onModelAfterDeleteSuccess onModelAfterDeleteError
  onRecordEnrich
  onRecordValidate onRecordCreate onRecordCreateExecute onRecordAfterCreateSuccess onRecordAfterCreateError
  onRecordUpdate onRecordUpdateExecute onRecordAfterUpdateSuccess onRecordAfterUpdateError
  onRecordDelete onRecordDeleteExecute onRecordAfterDeleteSuccess onRecordAfterDeleteError
  onCollectionValidate onCollectionCreate onCollectionCreateExecute onCollectionAfterCreateSuccess
  onCollectionAfterCreateError onCollectionUpdate onCollectionUpdateExecute onCollectionAfterUpdateSuccess
  onCollectionAfterUpdateError onCollectionDelete onCollectionDeleteExecute onCollectionAfterDeleteSuccess
  onCollectionAfterDeleteError
  onMailerRecordAuthAlertSend onMailerRecordPasswordResetSend onMailerRecordVerificationSend
  onMailerRecordEmailChangeSend onMailerRecordOTPSend
  onFileDownloadRequest onFileTokenRequest
  onRecordAuthRequest onRecordAuthWithPasswordRequest onRecordAuthWithOAuth2Request onRecordAuthRefreshRequest
  onRecordRequestPasswordResetRequest onRecordConfirmPasswordResetRequest
  onRecordRequestVerificationRequest onRecordConfirmVerificationRequest
  onRecordRequestEmailChangeRequest onRecordConfirmEmailChangeRequest
  onRecordRequestOTPRequest onRecordAuthWithOTPRequest
  onRecordsListRequest onRecordViewRequest onRecordCreateRequest onRecordUpdateRequest onRecordDeleteRequest
`;

/** The others. */
const PLAIN = `
  onBootstrap onBootstrapClear onServe onTerminate onBackupCreate onBackupRestore
  onMailerSend
  onRealtimeConnectRequest onRealtimeMessageSend onRealtimeSubscribeRequest
  onSettingsListRequest onSettingsUpdateRequest onSettingsReload
  onBatchRequest
  onCollectionsListRequest onCollectionViewRequest onCollectionCreateRequest onCollectionUpdateRequest
  onCollectionDeleteRequest onCollectionsImportRequest
`;

const words = (text: string) => text.trim().split(/\s+/);
const hooks = [
  ...words(TAGGED).map((name) => [name, true] as const),
  ...words(PLAIN).map((name) => [name, false] as const),
];

const source = globSync("src/**/*.ts", { cwd: join(import.meta.dirname, "../..") })
  .filter((file) => !file.endsWith("events/events.ts"))
  .map((file) => readFileSync(join(import.meta.dirname, "../..", file), "utf8"))
  .join("\n");

describe("the hooks of PocketBase", () => {
  it("are 84", () => {
    expect(new Set(hooks.map(([name]) => name)).size).toBe(84);
  });

  it("exist", () => {
    const present: readonly string[] = EVENT_NAMES;
    expect(hooks.map(([name]) => name).filter((name) => !present.includes(name))).toEqual([]);
  });

  it("are all there is", () => {
    const known = hooks.map(([name]) => name);
    expect(EVENT_NAMES.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(hooks)("%s takes tags: %s", (name, tagged) => {
    expect(EVENTS[name as keyof typeof EVENTS].tagged).toBe(tagged);
  });

  it.each(EVENT_NAMES)("%s is triggered somewhere", (name) => {
    expect(source).toMatch(new RegExp(`\\bevents\\.${name}\\b|"${name}"`));
  });
});
