#!/usr/bin/env node
// The command `generatio`. Plain JavaScript, so that an old Node says what is missing instead of a syntax error.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./launch.js";

// TypeScript in a clone, compiled in the published package.
const source = join(dirname(fileURLToPath(import.meta.url)), "main.ts");
await launch(existsSync(source) ? source : source.replace(/\.ts$/, ".js"), process.argv.slice(2));
