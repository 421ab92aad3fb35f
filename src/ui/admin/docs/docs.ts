import "../../kit/styles/tokens.css";
import "./docs.css";
import { applyColorScheme } from "../../kit/color-scheme.ts";

applyColorScheme();
