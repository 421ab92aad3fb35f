import "../kit/styles/kit.css";
import "./styles/admin.css";
import { render } from "preact";
import { applyColorScheme } from "../kit/color-scheme.ts";
import { startLanguage } from "./i18n/language.ts";
import { App } from "./shell/app.tsx";
import { translateKit } from "./shell/kit-texts.ts";
import { startNavigation } from "./shell/navigation.ts";
import { followOtherTabs } from "./shell/other-tabs.ts";
import { guardPage } from "./shell/unsaved.ts";

applyColorScheme();
await startLanguage();
translateKit();
startNavigation();
guardPage();
followOtherTabs();
render(<App />, document.querySelector("#app") ?? document.body);
