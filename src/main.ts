import { enableCompileCache } from "node:module";
import { restrainYoungGeneration } from "./cli/young-generation.ts";

restrainYoungGeneration();
// Half of a start is compiling: what was compiled before is read back.
enableCompileCache();
const { run } = await import("./cli/run.ts");

process.exitCode = await run(process.argv.slice(2));
