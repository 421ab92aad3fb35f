import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Confirmations } from "../../kit/confirm.tsx";
import { isDialogOpen } from "../../kit/dialog.tsx";
import { EmptyState, Loading } from "../../kit/notice.tsx";
import { Toasts } from "../../kit/toast.tsx";
import { startSession, superuser } from "../api/session.ts";
import { t } from "../i18n/language.ts";
import { navigate, place } from "./navigation.ts";
import { parsePlace, placeHref } from "./place.ts";
import { findScreen } from "./screens.tsx";
import { Shell } from "./shell.tsx";

const start = signal<"running" | "done" | "failed">("running");
/** Where a guest wanted to go before being sent to the login. */
let wanted = "";

/** The whole page. */
export function App() {
  useEffect(() => void tryStart(), []);
  return (
    <>
      {start.value === "running" && <Loading label={t("shell.loading")} />}
      {start.value === "failed" && (
        <EmptyState icon="warning" title={t("shell.offline")}>
          <Button onClick={() => void tryStart()}>{t("shell.retry")}</Button>
        </EmptyState>
      )}
      {start.value === "done" && <CurrentScreen />}
      <Confirmations />
      {!isDialogOpen() && <Toasts />}
    </>
  );
}

async function tryStart(): Promise<void> {
  start.value = "running";
  try {
    await startSession();
    start.value = "done";
  } catch {
    start.value = "failed";
  }
}

function CurrentScreen() {
  const found = findScreen(place.value.path);
  const isIn = superuser.value !== null;
  const target = redirect(found?.access, isIn);
  useEffect(() => {
    if (target !== undefined) void go(target);
  }, [target]);
  if (target !== undefined || !found) return <Loading label={t("shell.loading")} />;
  const content = <found.screen key={found.pattern} params={found.params} />;
  return found.access === "superuser" ? <Shell>{content}</Shell> : content;
}

/** Where to go instead; undefined to stay. */
function redirect(
  access: "superuser" | "guest" | "anyone" | undefined,
  isIn: boolean,
): "/login" | "/collections" | undefined {
  if (access === undefined) return "/collections";
  if (access === "superuser" && !isIn) return "/login";
  return access === "guest" && isIn ? "/collections" : undefined;
}

async function go(target: "/login" | "/collections"): Promise<void> {
  if (target === "/login") {
    wanted = placeHref(place.peek());
    return navigate("/login", {}, { replace: true });
  }
  if (wanted === "") return navigate(target, {}, { replace: true });
  const { path, query } = parsePlace(wanted);
  wanted = "";
  return navigate(path, query, { replace: true });
}
