import type { ComponentType } from "preact";
import { lazy } from "./lazy.tsx";
import { matchPath } from "./place.ts";

/** What a screen is given: the values of its pattern. */
export interface ScreenProps {
  readonly params: Readonly<Record<string, string>>;
}

type Screen = ComponentType<ScreenProps>;

/** Who may see it; others are sent to the login or to the collections. */
type Access = "superuser" | "guest" | "anyone";

interface ScreenRoute {
  readonly pattern: string;
  readonly access: Access;
  readonly screen: Screen;
}

/** PocketBase's addresses: the links in its mails lead here. */
export const SCREENS: readonly ScreenRoute[] = [
  {
    pattern: "/login",
    access: "guest",
    screen: lazy(async () => (await import("../auth/login-screen.tsx")).LoginScreen),
  },
  {
    pattern: "/pbinstall/{token}",
    access: "guest",
    screen: lazy(async () => (await import("../auth/install-screen.tsx")).InstallScreen),
  },
  {
    pattern: "/request-password-reset",
    access: "guest",
    screen: lazy(async () => (await import("../auth/forgot-screen.tsx")).ForgotScreen),
  },
  {
    pattern: "/auth/confirm-password-reset/{token}",
    access: "anyone",
    screen: lazy(async () => (await import("../auth/new-password-screen.tsx")).NewPasswordScreen),
  },
  {
    pattern: "/auth/confirm-verification/{token}",
    access: "anyone",
    screen: lazy(async () => (await import("../auth/verification-screen.tsx")).VerificationScreen),
  },
  {
    pattern: "/auth/confirm-email-change/{token}",
    access: "anyone",
    screen: lazy(async () => (await import("../auth/email-change-screen.tsx")).EmailChangeScreen),
  },
  {
    pattern: "/auth/{result}",
    access: "anyone",
    screen: lazy(async () => (await import("../auth/oauth2-screen.tsx")).OAuth2Screen),
  },
  {
    pattern: "/collections",
    access: "superuser",
    screen: lazy(async () => (await import("../records/records-screen.tsx")).RecordsScreen),
  },
  {
    pattern: "/superusers",
    access: "superuser",
    screen: lazy(
      async () => (await import("../superusers/superusers-screen.tsx")).SuperusersScreen,
    ),
  },
  {
    pattern: "/extensions/{extension}/{path...}",
    access: "superuser",
    screen: lazy(async () => (await import("../extensions/extension-screen.tsx")).ExtensionScreen),
  },
];

/** The screen of a path, with the values in it. */
export function findScreen(path: string): (ScreenRoute & ScreenProps) | undefined {
  for (const route of SCREENS) {
    const params = matchPath(route.pattern, path);
    if (params) return { ...route, params };
  }
  return undefined;
}
