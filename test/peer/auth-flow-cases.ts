import type { Case, Step } from "./sides.ts";
import type { Plan } from "./traced-hooks.ts";

/* Sign-ins, second factors, mails and confirmations, right and wrong, with handlers that interfere. */

const users = (path: string): string => `POST /api/collections/users/${path}`;
const members = (path: string): string => `POST /api/collections/members/${path}`;
const PASSWORD = "1234567890";

let count = 0;
/** A user of this case alone: what was sent to somebody is remembered for minutes. */
function somebody(
  collection = "users",
  values: object = {},
): { email: string; id: string; make: Step } {
  const id =
    `case${String.fromCharCode(97 + (count % 26), 97 + Math.floor(count / 26))}someboaaaa`.slice(
      0,
      15,
    );
  count++;
  const email = `${id}@example.com`;
  const json = { id, email, password: PASSWORD, passwordConfirm: PASSWORD, ...values };
  return { id, email, make: [`POST /api/collections/${collection}/records`, { json, as: "root" }] };
}

const signIn = (identity: string, password = PASSWORD): Step => [
  users("auth-with-password"),
  { json: { identity, password } },
];

const passwords: readonly Case[] = [
  ["right", { identity: "ann@example.com", password: PASSWORD }],
  ["in capitals", { identity: "ANN@EXAMPLE.COM", password: PASSWORD }],
  ["with blanks", { identity: " ann@example.com ", password: PASSWORD }],
  ["wrong password", { identity: "ann@example.com", password: "nope" }],
  ["unknown", { identity: "nobody@example.com", password: PASSWORD }],
  ["no identity", { password: PASSWORD }],
  ["no password", { identity: "ann@example.com" }],
  ["empty", {}],
  ["numbers", { identity: 1, password: 2 }],
  ["lists", { identity: ["ann@example.com"], password: [PASSWORD] }],
  [
    "another identity field",
    { identity: "annannann000000", password: PASSWORD, identityField: "id" },
  ],
  [
    "the named identity field",
    { identity: "ann@example.com", password: PASSWORD, identityField: "email" },
  ],
  [
    "an empty identity field",
    { identity: "ann@example.com", password: PASSWORD, identityField: "" },
  ],
  ["too long", { identity: "a".repeat(300), password: "b".repeat(300) }],
  ["more keys", { identity: "ann@example.com", password: PASSWORD, mfaId: "x", nope: 1 }],
].map(([name, json]): Case => ({
  name: `password: ${String(name)}`,
  steps: [[users("auth-with-password"), { json }]],
}));

const queried: readonly Case[] = [
  "?fields=token",
  "?fields=record.id,meta",
  "?expand=nope",
  "?fields=*,record.expand.x",
  "?fields=record.email:excerpt(3)",
].map((query) => ({
  name: `password ${query}`,
  steps: [
    [
      users(`auth-with-password${query}`),
      { json: { identity: "ann@example.com", password: PASSWORD } },
    ],
  ],
}));

const other: readonly Case[] = [
  {
    name: "password as a form",
    steps: [
      [
        users("auth-with-password"),
        {
          form: [
            ["identity", "ann@example.com"],
            ["password", PASSWORD],
          ],
        },
      ],
    ],
  },
  {
    name: "password where it is off",
    steps: [
      ["PATCH /api/collections/users", { as: "root", json: { passwordAuth: { enabled: false } } }],
      signIn("ann@example.com"),
      ["GET /api/collections/users/auth-methods"],
      ["PATCH /api/collections/users", { as: "root", json: { passwordAuth: { enabled: true } } }],
    ],
  },
  {
    name: "password in a base collection",
    steps: [
      [
        "POST /api/collections/posts/auth-with-password",
        { json: { identity: "x", password: "y" } },
      ],
    ],
  },
  {
    name: "password in no collection",
    steps: [
      ["POST /api/collections/nope/auth-with-password", { json: { identity: "x", password: "y" } }],
    ],
  },
  {
    name: "password while signed in",
    steps: [
      [
        users("auth-with-password"),
        { as: "bob", json: { identity: "ann@example.com", password: PASSWORD } },
      ],
    ],
  },
  {
    name: "auth rule",
    steps: [
      ["PATCH /api/collections/users", { as: "root", json: { authRule: "verified = true" } }],
      signIn("eve@example.com"),
      signIn("ann@example.com"),
      [users("auth-refresh"), { as: "eve" }],
      [users("auth-refresh"), { as: "ann" }],
      ["PATCH /api/collections/users", { as: "root", json: { authRule: null } }],
      signIn("ann@example.com"),
      ["PATCH /api/collections/users", { as: "root", json: { authRule: "" } }],
    ],
  },
  {
    name: "superuser",
    steps: [
      [
        "POST /api/collections/_superusers/auth-with-password",
        { json: { identity: "root@example.com", password: PASSWORD } },
      ],
      ["POST /api/collections/_superusers/auth-refresh", { as: "root" }],
      [
        "POST /api/collections/_superusers/request-email-change",
        { as: "root", json: { newEmail: "new@example.com" } },
      ],
      [
        "POST /api/collections/_superusers/request-verification",
        { json: { email: "root@example.com" } },
      ],
      ["POST /api/collections/_superusers/request-otp", { json: { email: "root@example.com" } }],
    ],
  },
  {
    name: "auth methods",
    steps: [
      ["GET /api/collections/users/auth-methods"],
      ["GET /api/collections/members/auth-methods"],
      ["GET /api/collections/_superusers/auth-methods"],
      ["GET /api/collections/posts/auth-methods"],
      ["GET /api/collections/users/auth-methods?fields=mfa,password.identityFields"],
    ],
  },
  {
    name: "refresh",
    steps: [
      [users("auth-refresh"), { as: "ann" }],
      [users("auth-refresh")],
      [users("auth-refresh"), { as: "dan" }],
      [users("auth-refresh"), { as: "root" }],
      [users("auth-refresh"), { as: "Bearer nope" }],
      [users("auth-refresh"), { as: "Bearer {0.token}" }],
      [users("auth-refresh"), { as: "bearer {0.token}" }],
      [users("auth-refresh?fields=record.name"), { as: "ann" }],
    ],
  },
  {
    name: "impersonate",
    steps: [
      [
        "POST /api/collections/users/impersonate/annannann000000",
        { as: "root", json: { duration: 60 } },
      ],
      ["POST /api/collections/users/impersonate/annannann000000", { as: "root" }],
      [
        "POST /api/collections/users/impersonate/annannann000000",
        { as: "root", json: { duration: -1 } },
      ],
      [
        "POST /api/collections/users/impersonate/annannann000000",
        { as: "root", json: { duration: "60" } },
      ],
      [
        "POST /api/collections/users/impersonate/annannann000000",
        { as: "root", json: { duration: 1.5 } },
      ],
      [
        "POST /api/collections/users/impersonate/annannann000000?expand=x&fields=record.id",
        { as: "root", form: [["duration", "60"]] },
      ],
      ["POST /api/collections/users/impersonate/nope", { as: "root" }],
      ["POST /api/collections/users/impersonate/annannann000000", { as: "ann" }],
      ["POST /api/collections/users/impersonate/annannann000000"],
      ["POST /api/collections/posts/impersonate/annannann000000", { as: "root" }],
      [users("auth-refresh"), { as: "{0.token}" }],
    ],
  },
  {
    name: "login alert from a second place",
    steps: [
      [
        users("auth-with-password"),
        {
          json: { identity: "bob@example.com", password: PASSWORD },
          headers: { "user-agent": "one" },
        },
      ],
      [
        users("auth-with-password"),
        {
          json: { identity: "bob@example.com", password: PASSWORD },
          headers: { "user-agent": "two" },
        },
      ],
      [
        users("auth-with-password"),
        {
          json: { identity: "bob@example.com", password: PASSWORD },
          headers: { "user-agent": "two" },
        },
      ],
      [
        users("auth-with-password"),
        {
          json: { identity: "bob@example.com", password: PASSWORD },
          headers: { "user-agent": "three", "accept-language": "de" },
        },
      ],
      [
        "GET /api/collections/_authOrigins/records?sort=created&fields=recordRef,collectionRef",
        { as: "root" },
      ],
    ],
  },
];

function otpCases(): Case[] {
  const plain = somebody();
  const wrong = somebody();
  const twice = somebody();
  const many = somebody();
  const other_ = somebody();
  const verified = somebody();
  return [
    {
      name: "one-time password",
      steps: [
        plain.make,
        [users("request-otp"), { json: { email: plain.email } }],
        [
          users("auth-with-otp"),
          { after: 60, json: { otpId: "{1.otpId}", password: "{meta.password}" } },
        ],
        [users("auth-with-otp"), { json: { otpId: "{1.otpId}", password: "{meta.password}" } }],
        [`GET /api/collections/users/records/${plain.id}`, { as: "root" }],
      ],
    },
    {
      name: "one-time password: wrong",
      steps: [
        wrong.make,
        [users("request-otp"), { json: { email: wrong.email } }],
        [users("auth-with-otp"), { after: 60, json: { otpId: "{1.otpId}", password: "nope" } }],
        [users("auth-with-otp"), { json: { otpId: "nope", password: "x" } }],
        [users("auth-with-otp"), { json: {} }],
        [users("auth-with-otp"), { json: { otpId: 1, password: 2 } }],
        [members("auth-with-otp"), { json: { otpId: "{1.otpId}", password: "{meta.password}" } }],
        [users("auth-with-otp"), { json: { otpId: "{1.otpId}", password: "{meta.password}" } }],
      ],
    },
    {
      name: "one-time passwords: two",
      steps: [
        twice.make,
        [users("request-otp"), { json: { email: twice.email } }],
        [users("request-otp"), { after: 60, json: { email: twice.email } }],
        [
          users("auth-with-otp"),
          { after: 60, json: { otpId: "{1.otpId}", password: "{meta.password}" } },
        ],
        [users("auth-with-otp"), { json: { otpId: "{2.otpId}", password: "{meta.password}" } }],
      ],
    },
    {
      name: "one-time passwords: eleven",
      steps: [
        many.make,
        ...Array.from({ length: 11 }, (): Step => [
          users("request-otp"),
          { after: 100, json: { email: many.email } },
        ]),
      ],
    },
    {
      name: "one-time password: asked wrongly",
      steps: [
        [users("request-otp"), { json: { email: "nobody@example.com" } }],
        [users("request-otp"), { json: { email: "nope" } }],
        [users("request-otp"), { json: {} }],
        [users("request-otp"), { json: { email: 1 } }],
        ["POST /api/collections/posts/request-otp", { json: { email: "a@b.co" } }],
        ["POST /api/collections/_superusers/request-otp", { json: { email: "a@b.co" } }],
      ],
    },
    {
      name: "one-time password: mail kept back",
      plan: { onMailerRecordOTPSend: "note('kept')" },
      steps: [
        other_.make,
        [users("request-otp"), { json: { email: other_.email } }],
        ["GET /api/collections/_otps/records?sort=created", { as: "root", after: 60 }],
      ],
    },
    {
      name: "one-time password: mail fails",
      plan: { onMailerRecordOTPSend: "throw new Error('no')" },
      steps: [
        other_.make,
        [users("request-otp"), { json: { email: other_.email } }],
        [
          "GET /api/collections/_otps/records?sort=created&fields=recordRef",
          { as: "root", after: 100 },
        ],
      ],
    },
    {
      name: "one-time password verifies, and another address does not",
      steps: [
        verified.make,
        [users("request-otp"), { json: { email: verified.email } }],
        [
          `PATCH /api/collections/users/records/${verified.id}`,
          { as: "root", after: 60, json: { email: `x${verified.email}` } },
        ],
        [users("auth-with-otp"), { json: { otpId: "{1.otpId}", password: "{meta.password}" } }],
      ],
    },
  ];
}

const memberSignIn = (json: object): Step => [
  members("auth-with-password"),
  { json: { identity: "dan@example.com", password: PASSWORD, ...json } },
];
const mfa: readonly Case[] = [
  {
    name: "second factor",
    steps: [
      memberSignIn({}),
      [members("request-otp"), { json: { email: "dan@example.com" } }],
      [
        members("auth-with-otp"),
        {
          after: 60,
          json: { otpId: "{1.otpId}", password: "{meta.password}", mfaId: "{0.mfaId}" },
        },
      ],
      ["GET /api/collections/_mfas/records", { as: "root" }],
    ],
  },
  {
    name: "second factor: the same method",
    steps: [memberSignIn({}), memberSignIn({ mfaId: "{0.mfaId}" })],
  },
  {
    name: "second factor: unknown id",
    steps: [
      memberSignIn({ mfaId: "nopenopenopnope" }),
      memberSignIn({ mfaId: 1 }),
      memberSignIn({ mfaId: "" }),
    ],
  },
  {
    name: "second factor: id as query",
    steps: [
      memberSignIn({}),
      [
        members("auth-with-password?mfaId={0.mfaId}"),
        { json: { identity: "dan@example.com", password: PASSWORD } },
      ],
    ],
  },
  {
    name: "second factor: otp first",
    steps: [
      [members("request-otp"), { json: { email: "dan@example.com" } }],
      [
        members("auth-with-otp"),
        { after: 60, json: { otpId: "{0.otpId}", password: "{meta.password}" } },
      ],
      memberSignIn({ mfaId: "{1.mfaId}" }),
    ],
  },
  {
    name: "second factor of somebody else",
    steps: [
      [
        "POST /api/collections/members/records",
        {
          as: "root",
          json: {
            id: "memberssembaaaa",
            email: "kim@example.com",
            password: PASSWORD,
            passwordConfirm: PASSWORD,
          },
        },
      ],
      memberSignIn({}),
      [members("request-otp"), { json: { email: "kim@example.com" } }],
      [
        members("auth-with-otp"),
        {
          after: 60,
          json: { otpId: "{2.otpId}", password: "{meta.password}", mfaId: "{1.mfaId}" },
        },
      ],
    ],
  },
  {
    name: "second factor by rule",
    steps: [
      [
        "PATCH /api/collections/members",
        { as: "root", json: { mfa: { enabled: true, duration: 300, rule: "nick = 'strict'" } } },
      ],
      memberSignIn({}),
      [
        "PATCH /api/collections/members/records/dandandan000000",
        { as: "root", json: { nick: "strict" } },
      ],
      memberSignIn({}),
      [
        "PATCH /api/collections/members",
        { as: "root", json: { mfa: { enabled: true, duration: 300, rule: "" } } },
      ],
    ],
  },
];

function mailCases(): Case[] {
  const reset = somebody();
  const resetVerified = somebody();
  const twice = somebody();
  const verify = somebody();
  const done = somebody("users", { verified: true });
  const change = somebody();
  const bad = somebody();
  const gone = somebody();
  const confirmReset = (json: object): Step => [users("confirm-password-reset"), { json }];
  return [
    {
      name: "password reset",
      steps: [
        reset.make,
        [users("request-password-reset"), { json: { email: reset.email } }],
        [
          users("confirm-password-reset"),
          {
            after: 60,
            json: { token: "{meta.token}", password: "abcdefghij", passwordConfirm: "abcdefghij" },
          },
        ],
        signIn(reset.email),
        signIn(reset.email, "abcdefghij"),
        confirmReset({
          token: "{meta.token}",
          password: "abcdefghij",
          passwordConfirm: "abcdefghij",
        }),
      ],
    },
    {
      name: "password reset: refused values",
      steps: [
        resetVerified.make,
        [users("request-password-reset"), { json: { email: resetVerified.email } }],
        [
          users("confirm-password-reset"),
          {
            after: 60,
            json: { token: "{meta.token}", password: "short", passwordConfirm: "short" },
          },
        ],
        confirmReset({ token: "{meta.token}", password: "abcdefghij", passwordConfirm: "other" }),
        confirmReset({ token: "{meta.token}" }),
        confirmReset({ token: "nope", password: "abcdefghij", passwordConfirm: "abcdefghij" }),
        confirmReset({}),
        [
          members("confirm-password-reset"),
          {
            json: { token: "{meta.token}", password: "abcdefghij", passwordConfirm: "abcdefghij" },
          },
        ],
        [users("confirm-verification"), { json: { token: "{meta.token}" } }],
        confirmReset({
          token: "{token.ann}",
          password: "abcdefghij",
          passwordConfirm: "abcdefghij",
        }),
      ],
    },
    {
      name: "password reset: asked wrongly",
      steps: [
        [users("request-password-reset"), { json: { email: "nobody@example.com" } }],
        [users("request-password-reset"), { json: { email: "x" } }],
        [users("request-password-reset"), { json: {} }],
        ["POST /api/collections/posts/request-password-reset", { json: { email: "a@b.co" } }],
      ],
    },
    {
      name: "password reset: asked twice",
      steps: [
        twice.make,
        [users("request-password-reset"), { json: { email: twice.email } }],
        [users("request-password-reset"), { after: 60, json: { email: twice.email } }],
      ],
    },
    {
      name: "password reset after the address has changed",
      steps: [
        gone.make,
        [users("request-password-reset"), { json: { email: gone.email } }],
        [
          `PATCH /api/collections/users/records/${gone.id}`,
          { after: 60, as: "root", json: { email: `new${gone.email}` } },
        ],
        confirmReset({
          token: "{meta.token}",
          password: "abcdefghij",
          passwordConfirm: "abcdefghij",
        }),
      ],
    },
    {
      name: "verification",
      steps: [
        verify.make,
        [users("request-verification"), { json: { email: verify.email } }],
        [users("confirm-verification"), { after: 60, json: { token: "{meta.token}" } }],
        [users("confirm-verification"), { json: { token: "{meta.token}" } }],
        [users("request-verification"), { json: { email: verify.email } }],
        [users("confirm-verification"), { json: { token: "nope" } }],
        [users("confirm-verification"), { json: {} }],
      ],
    },
    {
      name: "verification of who is verified",
      steps: [
        done.make,
        [users("request-verification"), { json: { email: done.email } }],
        [users("request-verification"), { json: { email: "nobody@example.com" } }],
        [users("request-verification"), { json: { email: "x" } }],
      ],
    },
    {
      name: "email change",
      steps: [
        change.make,
        signIn(change.email),
        [
          users("request-email-change"),
          { as: "{1.token}", json: { newEmail: `new${change.email}` } },
        ],
        [
          users("confirm-email-change"),
          { after: 60, json: { token: "{meta.token}", password: "wrong" } },
        ],
        [users("confirm-email-change"), { json: { token: "{meta.token}", password: PASSWORD } }],
        [users("confirm-email-change"), { json: { token: "{meta.token}", password: PASSWORD } }],
        [users("auth-refresh"), { as: "{1.token}" }],
        signIn(`new${change.email}`),
      ],
    },
    {
      name: "email change: refused",
      steps: [
        bad.make,
        signIn(bad.email),
        [users("request-email-change"), { as: "{1.token}", json: { newEmail: bad.email } }],
        [users("request-email-change"), { as: "{1.token}", json: { newEmail: "ann@example.com" } }],
        [users("request-email-change"), { as: "{1.token}", json: { newEmail: "x" } }],
        [users("request-email-change"), { as: "{1.token}", json: {} }],
        [users("request-email-change"), { json: { newEmail: "z@example.com" } }],
        [users("request-email-change"), { as: "dan", json: { newEmail: "z@example.com" } }],
        [users("request-email-change"), { as: "root", json: { newEmail: "z@example.com" } }],
        [users("confirm-email-change"), { json: {} }],
        [users("confirm-email-change"), { json: { token: "x", password: "y" } }],
      ],
    },
    {
      name: "email change: mail fails",
      plan: { onMailerRecordEmailChangeSend: "throw new Error('x')" },
      steps: [
        [users("request-email-change"), { as: "ann", json: { newEmail: "fresh@example.com" } }],
      ],
    },
    {
      name: "email change: mail is forbidden",
      plan: { onMailerRecordEmailChangeSend: "forbid('x')" },
      steps: [
        [users("request-email-change"), { as: "ann", json: { newEmail: "fresh@example.com" } }],
      ],
    },
    {
      name: "verification: mail fails",
      plan: { onMailerRecordVerificationSend: "throw new Error('x')" },
      steps: [
        [users("request-verification"), { json: { email: "eve@example.com" } }],
        [users("request-verification"), { after: 60, json: { email: "eve@example.com" } }],
      ],
    },
  ];
}

const FAULTS: Readonly<Record<string, string>> = {
  refuses: "refuse('no')",
  "forbids after": "await e.next(); forbid('later')",
  breaks: "throw new Error('boom')",
  stops: "note('stopped')",
  answers: "e.json(418, { own: true }); await e.next()",
};

function interfering(): Case[] {
  const flows: readonly (readonly [hooks: readonly string[], steps: () => readonly Step[]])[] = [
    [
      ["onRecordAuthWithPasswordRequest", "onRecordAuthRequest", "onRecordEnrich"],
      () => [signIn("ann@example.com"), signIn("nobody@example.com")],
    ],
    [
      ["onRecordAuthRefreshRequest", "onRecordAuthRequest"],
      () => [[users("auth-refresh"), { as: "ann" }]],
    ],
    [
      [
        "onRecordRequestOTPRequest",
        "onRecordAuthWithOTPRequest",
        "onRecordCreate",
        "onRecordDelete",
      ],
      () => {
        const who = somebody();
        return [
          [users("request-otp"), { json: { email: "nobody@example.com" } }],
          [users("request-otp"), { json: { email: "bob@example.com" } }],
          [
            users("auth-with-otp"),
            { after: 60, json: { otpId: "{1.otpId}", password: "{meta.password}" } },
          ],
          [`GET /api/collections/_otps/records?filter=(recordRef='${who.id}')`, { as: "root" }],
        ];
      },
    ],
    [
      [
        "onRecordRequestPasswordResetRequest",
        "onRecordConfirmPasswordResetRequest",
        "onRecordUpdate:users",
        "onMailerRecordPasswordResetSend",
      ],
      () => {
        const who = somebody();
        return [
          who.make,
          [users("request-password-reset"), { json: { email: who.email } }],
          [
            users("confirm-password-reset"),
            {
              after: 60,
              json: {
                token: "{meta.token}",
                password: "abcdefghij",
                passwordConfirm: "abcdefghij",
              },
            },
          ],
          signIn(who.email, "abcdefghij"),
        ];
      },
    ],
    [
      [
        "onRecordRequestVerificationRequest",
        "onRecordConfirmVerificationRequest",
        "onRecordUpdateExecute:users",
        "onMailerRecordVerificationSend",
      ],
      () => {
        const who = somebody();
        return [
          who.make,
          [users("request-verification"), { json: { email: who.email } }],
          [users("confirm-verification"), { after: 60, json: { token: "{meta.token}" } }],
          [`GET /api/collections/users/records/${who.id}?fields=verified`, { as: "root" }],
        ];
      },
    ],
    [
      [
        "onRecordRequestEmailChangeRequest",
        "onRecordConfirmEmailChangeRequest",
        "onRecordUpdate:users",
        "onMailerRecordEmailChangeSend",
      ],
      () => {
        const who = somebody();
        return [
          who.make,
          signIn(who.email),
          [
            users("request-email-change"),
            { as: "{1.token}", json: { newEmail: `new${who.email}` } },
          ],
          [
            users("confirm-email-change"),
            { after: 60, json: { token: "{meta.token}", password: PASSWORD } },
          ],
          [`GET /api/collections/users/records/${who.id}?fields=email,verified`, { as: "root" }],
        ];
      },
    ],
    [
      ["onRecordAuthRequest:members", "onRecordCreate:_mfas", "onRecordDelete:_mfas"],
      () => [
        memberSignIn({}),
        [members("request-otp"), { json: { email: "dan@example.com" } }],
        [
          members("auth-with-otp"),
          {
            after: 60,
            json: { otpId: "{1.otpId}", password: "{meta.password}", mfaId: "{0.mfaId}" },
          },
        ],
      ],
    ],
    [
      ["onMailerRecordAuthAlertSend", "onRecordCreate:_authOrigins"],
      () => [
        [
          users("auth-with-password"),
          {
            json: { identity: "bob@example.com", password: PASSWORD },
            headers: { "user-agent": `agent ${count++}` },
          },
        ],
      ],
    ],
  ];
  return flows.flatMap(([hooks, steps]) =>
    hooks.flatMap((hook) =>
      Object.entries(FAULTS)
        .filter(([fault]) => fault !== "answers" || hook === "onRecordAuthRequest")
        // The whole use of a token is one transaction here, so it goes back with what it changed.
        .filter(([fault]) => fault !== "forbids after" || !hook.startsWith("onRecordUpdate"))
        .map(([fault, code]): Case => {
          const plan: Plan = { [hook]: code };
          return { name: `${hook} ${fault}`, plan, steps: steps() };
        }),
    ),
  );
}

export const CASES: readonly Case[] = [
  ...passwords,
  ...queried,
  ...other,
  ...otpCases(),
  ...mfa,
  ...mailCases(),
  ...interfering(),
].map((given) => ({ ...given, useUp: true }));
