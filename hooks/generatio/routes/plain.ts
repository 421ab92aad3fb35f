import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Router } from "generatio";
import type { Product } from "../product.ts";
import { OPERATIONS, openApiDocument } from "./openapi.ts";

/** Document 003's routes at the root, each unless the user's own site has a file of that name. */
export function addPlainRoutes(router: Router, { app, settings }: Product): void {
  const { publicDir } = app.config;
  const isFree = (name: string) => !publicDir || !existsSync(join(publicDir, name));
  const { apiVersion: version, environment } = settings;
  if (isFree("health")) {
    router.get("/health", () => ({
      status: "ok",
      message: `API ${version} is running (${environment}).`,
      version,
      environment,
    }));
  }
  if (isFree("openapi.json")) router.get("/openapi.json", () => openApiDocument(version));
  if (isFree("docs")) router.get("/docs", (event) => event.html(200, docsPage()));
}

/** A page without scripts: the routes, and where their machine-readable description is. */
function docsPage(): string {
  const rows = OPERATIONS.map(
    ({ method, path, summary, isPublic }) =>
      `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${path}</code></td><td>${summary}</td><td>${isPublic ? "everybody" : "user"}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Generatio API</title></head>
<body>
<h1>Generatio API</h1>
<p>The full description: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<table>
<thead><tr><th>Method</th><th>Path</th><th>What it does</th><th>Who</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</body>
</html>
`;
}
