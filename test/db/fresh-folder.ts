/*
 * What PocketBase 0.40.4 writes into a new data folder: read from its files, with white space of statements
 * joined and secrets masked.
 */

/** The statements of data.db in order, without SQLite's own tables. */
export const DATA_SCHEMA: readonly string[] = [
  `CREATE TABLE \`_migrations\` (file VARCHAR(255) PRIMARY KEY NOT NULL, applied INTEGER NOT NULL)`,
  `CREATE TABLE \`_params\` (\`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`value\` JSON DEFAULT NULL, \`created\` TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL, \`updated\` TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL)`,
  `CREATE TABLE \`_collections\` (\`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`system\` BOOLEAN DEFAULT FALSE NOT NULL, \`type\` TEXT DEFAULT "base" NOT NULL, \`name\` TEXT UNIQUE NOT NULL, \`fields\` JSON DEFAULT "[]" NOT NULL, \`indexes\` JSON DEFAULT "[]" NOT NULL, \`listRule\` TEXT DEFAULT NULL, \`viewRule\` TEXT DEFAULT NULL, \`createRule\` TEXT DEFAULT NULL, \`updateRule\` TEXT DEFAULT NULL, \`deleteRule\` TEXT DEFAULT NULL, \`options\` JSON DEFAULT "{}" NOT NULL, \`created\` TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL, \`updated\` TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL)`,
  `CREATE INDEX idx__collections_type on \`_collections\` (\`type\`)`,
  `CREATE TABLE \`_mfas\` (\`collectionRef\` TEXT DEFAULT '' NOT NULL, \`created\` TEXT DEFAULT '' NOT NULL, \`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`method\` TEXT DEFAULT '' NOT NULL, \`recordRef\` TEXT DEFAULT '' NOT NULL, \`updated\` TEXT DEFAULT '' NOT NULL)`,
  `CREATE INDEX \`idx_mfas_collectionRef_recordRef\` ON \`_mfas\` (\`collectionRef\`, \`recordRef\`)`,
  `CREATE TABLE \`_otps\` (\`collectionRef\` TEXT DEFAULT '' NOT NULL, \`created\` TEXT DEFAULT '' NOT NULL, \`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`password\` TEXT DEFAULT '' NOT NULL, \`recordRef\` TEXT DEFAULT '' NOT NULL, \`sentTo\` TEXT DEFAULT '' NOT NULL, \`updated\` TEXT DEFAULT '' NOT NULL)`,
  `CREATE INDEX \`idx_otps_collectionRef_recordRef\` ON \`_otps\` (\`collectionRef\`, \`recordRef\`)`,
  `CREATE TABLE \`_externalAuths\` (\`collectionRef\` TEXT DEFAULT '' NOT NULL, \`created\` TEXT DEFAULT '' NOT NULL, \`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`provider\` TEXT DEFAULT '' NOT NULL, \`providerId\` TEXT DEFAULT '' NOT NULL, \`recordRef\` TEXT DEFAULT '' NOT NULL, \`updated\` TEXT DEFAULT '' NOT NULL)`,
  `CREATE UNIQUE INDEX \`idx_externalAuths_record_provider\` ON \`_externalAuths\` (\`collectionRef\`, \`recordRef\`, \`provider\`)`,
  `CREATE UNIQUE INDEX \`idx_externalAuths_collection_provider\` ON \`_externalAuths\` (\`collectionRef\`, \`provider\`, \`providerId\`)`,
  `CREATE TABLE \`_authOrigins\` (\`collectionRef\` TEXT DEFAULT '' NOT NULL, \`created\` TEXT DEFAULT '' NOT NULL, \`fingerprint\` TEXT DEFAULT '' NOT NULL, \`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`recordRef\` TEXT DEFAULT '' NOT NULL, \`updated\` TEXT DEFAULT '' NOT NULL)`,
  `CREATE UNIQUE INDEX \`idx_authOrigins_unique_pairs\` ON \`_authOrigins\` (\`collectionRef\`, \`recordRef\`, \`fingerprint\`)`,
  `CREATE TABLE \`_superusers\` (\`created\` TEXT DEFAULT '' NOT NULL, \`email\` TEXT DEFAULT '' NOT NULL, \`emailVisibility\` BOOLEAN DEFAULT FALSE NOT NULL, \`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`password\` TEXT DEFAULT '' NOT NULL, \`tokenKey\` TEXT DEFAULT '' NOT NULL, \`updated\` TEXT DEFAULT '' NOT NULL, \`verified\` BOOLEAN DEFAULT FALSE NOT NULL)`,
  `CREATE UNIQUE INDEX \`idx_tokenKey_pbc_3142635823\` ON \`_superusers\` (\`tokenKey\`)`,
  `CREATE UNIQUE INDEX \`idx_email_pbc_3142635823\` ON \`_superusers\` (\`email\`) WHERE \`email\` != ''`,
  `CREATE TABLE \`users\` (\`avatar\` TEXT DEFAULT '' NOT NULL, \`created\` TEXT DEFAULT '' NOT NULL, \`email\` TEXT DEFAULT '' NOT NULL, \`emailVisibility\` BOOLEAN DEFAULT FALSE NOT NULL, \`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`name\` TEXT DEFAULT '' NOT NULL, \`password\` TEXT DEFAULT '' NOT NULL, \`tokenKey\` TEXT DEFAULT '' NOT NULL, \`updated\` TEXT DEFAULT '' NOT NULL, \`verified\` BOOLEAN DEFAULT FALSE NOT NULL)`,
  `CREATE UNIQUE INDEX \`idx_tokenKey__pb_users_auth_\` ON \`users\` (\`tokenKey\`)`,
  `CREATE UNIQUE INDEX \`idx_email__pb_users_auth_\` ON \`users\` (\`email\`) WHERE \`email\` != ''`,
];

/** The statements of auxiliary.db in order. */
export const AUXILIARY_SCHEMA: readonly string[] = [
  `CREATE TABLE \`_logs\` (\`id\` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, \`level\` INTEGER DEFAULT 0 NOT NULL, \`message\` TEXT DEFAULT "" NOT NULL, \`data\` JSON DEFAULT "{}" NOT NULL, \`created\` TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL)`,
  `CREATE INDEX idx_logs_level on \`_logs\` (\`level\`)`,
  `CREATE INDEX idx_logs_message on \`_logs\` (\`message\`)`,
  `CREATE INDEX idx_logs_created_hour on \`_logs\` (strftime('%Y-%m-%d %H:00:00', \`created\`))`,
];

/** The files in `_migrations` in order. */
export const MIGRATIONS: readonly string[] = [
  "1640988000_aux_init.go",
  "1640988000_init.go",
  "1717233556_v0.23_migrate.go",
  "1717233557_v0.23_migrate2.go",
  "1717233558_v0.23_migrate3.go",
  "1717233559_v0.23_migrate4.go",
  "1763020353_update_default_auth_alert_templates.go",
  "1778828400_normalize_indexes.go",
];

/** The rows of `_collections` in order, without dates. */
export const COLLECTIONS: readonly Readonly<Record<string, string | number | null>>[] = [
  {
    id: "pbc_2279338944",
    system: 1,
    type: "base",
    name: "_mfas",
    fields: String.raw`[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text455797646","max":0,"min":0,"name":"collectionRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text127846527","max":0,"min":0,"name":"recordRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text1582905952","max":0,"min":0,"name":"method","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"hidden":false,"id":"autodate2990389176","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":true,"type":"autodate"},{"hidden":false,"id":"autodate3332085495","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":true,"type":"autodate"}]`,
    indexes:
      String.raw`["CREATE INDEX §idx_mfas_collectionRef_recordRef§ ON §_mfas§ (collectionRef,recordRef)"]`.replaceAll(
        "§",
        "`",
      ),
    listRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    viewRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    createRule: null,
    updateRule: null,
    deleteRule: null,
    options: "{}",
  },
  {
    id: "pbc_1638494021",
    system: 1,
    type: "base",
    name: "_otps",
    fields: String.raw`[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text455797646","max":0,"min":0,"name":"collectionRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text127846527","max":0,"min":0,"name":"recordRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"cost":8,"help":"","hidden":true,"id":"password901924565","max":0,"min":0,"name":"password","pattern":"","presentable":false,"required":true,"system":true,"type":"password"},{"autogeneratePattern":"","help":"","hidden":true,"id":"text3866985172","max":0,"min":0,"name":"sentTo","pattern":"","presentable":false,"primaryKey":false,"required":false,"system":true,"type":"text"},{"hidden":false,"id":"autodate2990389176","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":true,"type":"autodate"},{"hidden":false,"id":"autodate3332085495","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":true,"type":"autodate"}]`,
    indexes:
      String.raw`["CREATE INDEX §idx_otps_collectionRef_recordRef§ ON §_otps§ (collectionRef, recordRef)"]`.replaceAll(
        "§",
        "`",
      ),
    listRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    viewRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    createRule: null,
    updateRule: null,
    deleteRule: null,
    options: "{}",
  },
  {
    id: "pbc_2281828961",
    system: 1,
    type: "base",
    name: "_externalAuths",
    fields: String.raw`[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text455797646","max":0,"min":0,"name":"collectionRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text127846527","max":0,"min":0,"name":"recordRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text2462348188","max":0,"min":0,"name":"provider","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text1044722854","max":0,"min":0,"name":"providerId","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"hidden":false,"id":"autodate2990389176","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":true,"type":"autodate"},{"hidden":false,"id":"autodate3332085495","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":true,"type":"autodate"}]`,
    indexes:
      String.raw`["CREATE UNIQUE INDEX §idx_externalAuths_record_provider§ ON §_externalAuths§ (collectionRef, recordRef, provider)","CREATE UNIQUE INDEX §idx_externalAuths_collection_provider§ ON §_externalAuths§ (collectionRef, provider, providerId)"]`.replaceAll(
        "§",
        "`",
      ),
    listRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    viewRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    createRule: null,
    updateRule: null,
    deleteRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    options: "{}",
  },
  {
    id: "pbc_4275539003",
    system: 1,
    type: "base",
    name: "_authOrigins",
    fields: String.raw`[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text455797646","max":0,"min":0,"name":"collectionRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text127846527","max":0,"min":0,"name":"recordRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text4228609354","max":0,"min":0,"name":"fingerprint","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"hidden":false,"id":"autodate2990389176","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":true,"type":"autodate"},{"hidden":false,"id":"autodate3332085495","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":true,"type":"autodate"}]`,
    indexes:
      String.raw`["CREATE UNIQUE INDEX §idx_authOrigins_unique_pairs§ ON §_authOrigins§ (collectionRef, recordRef, fingerprint)"]`.replaceAll(
        "§",
        "`",
      ),
    listRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    viewRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    createRule: null,
    updateRule: null,
    deleteRule:
      "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId",
    options: "{}",
  },
  {
    id: "pbc_3142635823",
    system: 1,
    type: "auth",
    name: "_superusers",
    fields: String.raw`[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"cost":0,"help":"","hidden":true,"id":"password901924565","max":0,"min":8,"name":"password","pattern":"","presentable":false,"required":true,"system":true,"type":"password"},{"autogeneratePattern":"[a-zA-Z0-9]{50}","help":"","hidden":true,"id":"text2504183744","max":60,"min":30,"name":"tokenKey","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"exceptDomains":[],"help":"","hidden":false,"id":"email3885137012","name":"email","onlyDomains":[],"presentable":false,"required":true,"system":true,"type":"email"},{"help":"","hidden":false,"id":"bool1547992806","name":"emailVisibility","presentable":false,"required":false,"system":true,"type":"bool"},{"help":"","hidden":false,"id":"bool256245529","name":"verified","presentable":false,"required":false,"system":true,"type":"bool"},{"hidden":false,"id":"autodate2990389176","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":true,"type":"autodate"},{"hidden":false,"id":"autodate3332085495","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":true,"type":"autodate"}]`,
    indexes:
      String.raw`["CREATE UNIQUE INDEX §idx_tokenKey_pbc_3142635823§ ON §_superusers§ (§tokenKey§)","CREATE UNIQUE INDEX §idx_email_pbc_3142635823§ ON §_superusers§ (§email§) WHERE §email§ != ''"]`.replaceAll(
        "§",
        "`",
      ),
    listRule: null,
    viewRule: null,
    createRule: null,
    updateRule: null,
    deleteRule: null,
    options: String.raw`{"authRule":"","manageRule":null,"authAlert":{"enabled":true,"emailTemplate":{"subject":"Login from a new location","body":"<p>Hello,</p>\n<p>We noticed a login to your {APP_NAME} account from a new location:</p>\n<p><em>{ALERT_INFO}</em></p>\n<p><strong>If this wasn't you, you should immediately change your {APP_NAME} account password to revoke access from all other locations.</strong></p>\n<p>If this was you, you may disregard this email.</p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"}},"oauth2":{"providers":[],"mappedFields":{"id":"","name":"","username":"","avatarURL":""},"enabled":false},"passwordAuth":{"enabled":true,"identityFields":["email"]},"mfa":{"enabled":false,"duration":600,"rule":""},"otp":{"enabled":false,"duration":180,"length":8,"emailTemplate":{"subject":"OTP for {APP_NAME}","body":"<p>Hello,</p>\n<p>Your one-time password is: <strong>{OTP}</strong></p>\n<p><i>If you didn't ask for the one-time password, you can ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"}},"authToken":{"secret":"…","duration":86400},"passwordResetToken":{"secret":"…","duration":1800},"emailChangeToken":{"secret":"…","duration":1800},"verificationToken":{"secret":"…","duration":86400},"fileToken":{"secret":"…","duration":180},"verificationTemplate":{"subject":"Verify your {APP_NAME} email","body":"<p>Hello,</p>\n<p>Thank you for joining us at {APP_NAME}.</p>\n<p>Click on the button below to verify your email address.</p>\n<p>\n  <a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-verification/{TOKEN}\" target=\"_blank\" rel=\"noopener\">Verify</a>\n</p>\n<p><i>If you didn't recently register, please ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"},"resetPasswordTemplate":{"subject":"Reset your {APP_NAME} password","body":"<p>Hello,</p>\n<p>Click on the button below to reset your password.</p>\n<p>\n  <a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-password-reset/{TOKEN}\" target=\"_blank\" rel=\"noopener\">Reset password</a>\n</p>\n<p><i>If you didn't ask to reset your password, please ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"},"confirmEmailChangeTemplate":{"subject":"Confirm your {APP_NAME} new email address","body":"<p>Hello,</p>\n<p>Click on the button below to confirm your new email address.</p>\n<p>\n  <a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-email-change/{TOKEN}\" target=\"_blank\" rel=\"noopener\">Confirm new email</a>\n</p>\n<p><i>If you didn't ask to change your email address, please ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"}}`,
  },
  {
    id: "_pb_users_auth_",
    system: 0,
    type: "auth",
    name: "users",
    fields: String.raw`[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"cost":0,"help":"","hidden":true,"id":"password901924565","max":0,"min":8,"name":"password","pattern":"","presentable":false,"required":true,"system":true,"type":"password"},{"autogeneratePattern":"[a-zA-Z0-9]{50}","help":"","hidden":true,"id":"text2504183744","max":60,"min":30,"name":"tokenKey","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"exceptDomains":[],"help":"","hidden":false,"id":"email3885137012","name":"email","onlyDomains":[],"presentable":false,"required":true,"system":true,"type":"email"},{"help":"","hidden":false,"id":"bool1547992806","name":"emailVisibility","presentable":false,"required":false,"system":true,"type":"bool"},{"help":"","hidden":false,"id":"bool256245529","name":"verified","presentable":false,"required":false,"system":true,"type":"bool"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text1579384326","max":255,"min":0,"name":"name","pattern":"","presentable":false,"primaryKey":false,"required":false,"system":false,"type":"text"},{"help":"","hidden":false,"id":"file376926767","maxSelect":1,"maxSize":0,"mimeTypes":["image/jpeg","image/png","image/svg+xml","image/gif","image/webp"],"name":"avatar","presentable":false,"protected":false,"required":false,"system":false,"thumbs":[],"type":"file"},{"hidden":false,"id":"autodate2990389176","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":false,"type":"autodate"},{"hidden":false,"id":"autodate3332085495","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":false,"type":"autodate"}]`,
    indexes:
      String.raw`["CREATE UNIQUE INDEX §idx_tokenKey__pb_users_auth_§ ON §users§ (§tokenKey§)","CREATE UNIQUE INDEX §idx_email__pb_users_auth_§ ON §users§ (§email§) WHERE §email§ != ''"]`.replaceAll(
        "§",
        "`",
      ),
    listRule: "id = @request.auth.id",
    viewRule: "id = @request.auth.id",
    createRule: "",
    updateRule: "id = @request.auth.id",
    deleteRule: "id = @request.auth.id",
    options: String.raw`{"authRule":"","manageRule":null,"authAlert":{"enabled":true,"emailTemplate":{"subject":"Login from a new location","body":"<p>Hello,</p>\n<p>We noticed a login to your {APP_NAME} account from a new location:</p>\n<p><em>{ALERT_INFO}</em></p>\n<p><strong>If this wasn't you, you should immediately change your {APP_NAME} account password to revoke access from all other locations.</strong></p>\n<p>If this was you, you may disregard this email.</p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"}},"oauth2":{"providers":[],"mappedFields":{"id":"","name":"name","username":"","avatarURL":"avatar"},"enabled":false},"passwordAuth":{"enabled":true,"identityFields":["email"]},"mfa":{"enabled":false,"duration":600,"rule":""},"otp":{"enabled":false,"duration":180,"length":8,"emailTemplate":{"subject":"OTP for {APP_NAME}","body":"<p>Hello,</p>\n<p>Your one-time password is: <strong>{OTP}</strong></p>\n<p><i>If you didn't ask for the one-time password, you can ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"}},"authToken":{"secret":"…","duration":432000},"passwordResetToken":{"secret":"…","duration":1800},"emailChangeToken":{"secret":"…","duration":1800},"verificationToken":{"secret":"…","duration":86400},"fileToken":{"secret":"…","duration":180},"verificationTemplate":{"subject":"Verify your {APP_NAME} email","body":"<p>Hello,</p>\n<p>Thank you for joining us at {APP_NAME}.</p>\n<p>Click on the button below to verify your email address.</p>\n<p>\n  <a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-verification/{TOKEN}\" target=\"_blank\" rel=\"noopener\">Verify</a>\n</p>\n<p><i>If you didn't recently register, please ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"},"resetPasswordTemplate":{"subject":"Reset your {APP_NAME} password","body":"<p>Hello,</p>\n<p>Click on the button below to reset your password.</p>\n<p>\n  <a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-password-reset/{TOKEN}\" target=\"_blank\" rel=\"noopener\">Reset password</a>\n</p>\n<p><i>If you didn't ask to reset your password, please ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"},"confirmEmailChangeTemplate":{"subject":"Confirm your {APP_NAME} new email address","body":"<p>Hello,</p>\n<p>Click on the button below to confirm your new email address.</p>\n<p>\n  <a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-email-change/{TOKEN}\" target=\"_blank\" rel=\"noopener\">Confirm new email</a>\n</p>\n<p><i>If you didn't ask to change your email address, please ignore this email.</i></p>\n<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>"}}`,
  },
];
