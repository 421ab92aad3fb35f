import { z } from "zod";
import {
  ErrorResponse,
  ImageGenerationRequest,
  ImageGenerationResponse,
  MultipleImageRequest,
  MultipleImageResponse,
} from "../families/v1-schemas.ts";

const COMPONENTS = {
  ImageGenerationRequest,
  ImageGenerationResponse,
  MultipleImageRequest,
  MultipleImageResponse,
  ErrorResponse,
} as const;

interface Operation {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  readonly summary: string;
  /** Without a login. */
  readonly isPublic?: boolean;
  readonly request?: keyof typeof COMPONENTS;
  readonly response?: keyof typeof COMPONENTS;
  /** 200 when absent. */
  readonly status?: number;
}

/** The documented routes. */
export const OPERATIONS: readonly Operation[] = [
  { method: "get", path: "/health", summary: "Whether the server runs", isPublic: true },
  {
    method: "post",
    path: "/api/v1/generate/image",
    summary: "Make one picture",
    request: "ImageGenerationRequest",
    response: "ImageGenerationResponse",
    status: 201,
  },
  {
    method: "post",
    path: "/api/v1/generate/image/batch",
    summary: "Make up to ten pictures",
    request: "MultipleImageRequest",
    response: "MultipleImageResponse",
    status: 201,
  },
  ...customOperations(),
];

function customOperations(): Operation[] {
  const routes: readonly (readonly [Operation["method"], string, string])[] = [
    ["get", "status", "What runs, and which models there are"],
    ["get", "test", "Whether custom routes work"],
    ["post", "tokens/setup", "Encrypt and store a FAL key"],
    ["post", "tokens/verify", "Whether a password opens the stored key"],
    ["delete", "tokens/{provider}", "Forget a stored key"],
    ["post", "auth/create-session", "Unlock the stored key"],
    ["delete", "auth/session", "End a session"],
    ["get", "auth/token-status", "Whether a key is stored and unlocked"],
    ["post", "generate/image", "Make pictures"],
    ["post", "generate/edit", "Paint a picture anew, or a masked part of it"],
    ["post", "generate/upscale", "Enlarge a picture"],
    ["post", "generate/remove-background", "Cut out what a picture shows"],
    ["post", "generate/variations", "Make pictures like a picture"],
    ["post", "generate/batch", "Make pictures of several prompts"],
    ["post", "generate/estimate", "What pictures would cost"],
    ["get", "generate/models", "Models, their parameters and prices"],
    ["get", "generate/providers", "What each provider can do, and how it has been doing"],
    ["get", "jobs", "One's own jobs"],
    ["get", "jobs/{id}", "A job"],
    ["get", "jobs/{id}/events", "A job's changes, as server-sent events"],
    ["post", "jobs/{id}/cancel", "Take a job back"],
    ["post", "jobs/{id}/retry", "Try a job again"],
    ["post", "jobs/{id}/move", "Move a waiting job within one's own line"],
    ["post", "jobs/cancel", "Take several jobs back"],
    ["get", "financial/stats", "What was spent"],
    ["get", "financial/series", "What was spent, by day, month, model or provider"],
    ["get", "financial/budgets", "Limits of spending"],
    ["put", "financial/budgets", "Set limits of spending"],
    ["get", "credits", "Prepaid credits"],
    ["get", "credits/ledger", "What became of them"],
    ["get", "webhooks", "Addresses that are told of what happens"],
    ["post", "webhooks", "Add one"],
    ["get", "webhooks/{id}", "One of them"],
    ["patch", "webhooks/{id}", "Change it"],
    ["delete", "webhooks/{id}", "Take it away"],
    ["post", "webhooks/{id}/secret", "Put a new secret in the place of its present one"],
    ["post", "webhooks/{id}/test", "Call it once"],
    ["get", "webhooks/{id}/deliveries", "What it was told"],
    ["post", "webhooks/{id}/deliveries/{delivery}/redeliver", "Tell it again"],
    ["get", "me/limits", "What limits the user"],
    ["post", "preferences/get", "Saved parameters of a model"],
    ["post", "preferences/save", "Save parameters of a model"],
    ["get", "trash", "What was deleted and can be had back"],
    ["post", "trash/empty", "Delete all of it for good"],
    ["post", "images/{id}/restore", "Have a picture back"],
    ["delete", "images/{id}", "Delete a picture; with purge=1 for good"],
    ["post", "collections/{id}/restore", "Have a folder back, with what was in it"],
    ["delete", "collections/{id}", "Delete a folder; with purge=1 for good"],
    ["post", "collections/create", "Create a folder"],
    ["get", "collections", "One's own folders"],
  ];
  return routes.map(([method, path, summary]) => ({
    method,
    path: `/api/custom/${path}`,
    summary,
    isPublic: path === "status" || path === "test",
  }));
}

/** The description of the documented routes (OpenAPI 3.1), made from the schemas that check their bodies. */
export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    (paths[operation.path] ??= {})[operation.method] = describe(operation);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Generatio", version },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(COMPONENTS).map(([name, schema]) => [name, toSchema(name, schema)]),
      ),
      securitySchemes: { login: { type: "http", scheme: "bearer" } },
    },
  };
}

function toSchema(name: string, schema: z.ZodType): unknown {
  const io = name.endsWith("Request") ? "input" : "output";
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io });
  return described;
}

function describe({ path, summary, isPublic, request, response, status = 200 }: Operation) {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(isPublic ? {} : { security: [{ login: [] }] }),
    ...(request ? { requestBody: { required: true, content: contentOf(request) } } : {}),
    responses: {
      [status]: { description: "Done", ...(response ? { content: contentOf(response) } : {}) },
      default: { description: "Refused or failed", content: contentOf("ErrorResponse") },
    },
  };
}

function contentOf(component: keyof typeof COMPONENTS) {
  return { "application/json": { schema: { $ref: `#/components/schemas/${component}` } } };
}
