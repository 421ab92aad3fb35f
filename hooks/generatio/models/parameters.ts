import { z } from "zod";
import type { Model, ParameterSpec } from "./model.ts";

/** Parameters that a model accepts, by name, as they are sent to its provider. */
export type Parameters = Readonly<Record<string, unknown>>;

const schemas = new WeakMap<Model, z.ZodType<Parameters>>();

/**
 * The schema of a model's parameters: type, range and options of each; every one may be left out, and an
 * unknown one is refused.
 */
export function parametersSchema(model: Model): z.ZodType<Parameters> {
  let schema = schemas.get(model);
  if (!schema) {
    const shape = Object.entries(model.parameters).map(([name, spec]) => [name, toSchema(spec)]);
    schema = z.strictObject(Object.fromEntries(shape) as Record<string, z.ZodType>);
    schemas.set(model, schema);
  }
  return schema;
}

/** Adds the defaults that have to be sent because the provider's own differ. */
export function withDefaults(model: Model, given: Parameters): Parameters {
  const defaults = model.sendsDefaultsOf.map((name) => [name, model.parameters[name]?.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** How many pictures the parameters ask for. */
export function imageCount(parameters: Parameters): number {
  return typeof parameters["num_images"] === "number" ? parameters["num_images"] : 1;
}

function toSchema(spec: ParameterSpec): z.ZodType {
  return scalarSchema(spec).optional();
}

function scalarSchema(spec: ParameterSpec): z.ZodType {
  switch (spec.type) {
    case "boolean":
      return z.boolean();
    case "integer":
      return z
        .int()
        .min(spec.min ?? Number.MIN_SAFE_INTEGER)
        .max(spec.max ?? Number.MAX_SAFE_INTEGER);
    case "number":
      return z
        .number()
        .min(spec.min ?? -Infinity)
        .max(spec.max ?? Infinity);
    case "string":
      return textSchema(spec);
  }
}

function textSchema(spec: ParameterSpec): z.ZodType {
  if (!spec.options) return z.string().max(spec.max_length ?? 1000);
  const preset = z.enum([...spec.options, ...(spec.extra_options ?? [])]);
  if (!spec.custom_size) return preset;
  const pixels = z.int().min(spec.custom_size.min).max(spec.custom_size.max);
  return z.union([preset, z.strictObject({ width: pixels, height: pixels })]);
}
