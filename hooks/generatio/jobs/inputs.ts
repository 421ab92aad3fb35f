import type { RecordModel } from "generatio";
import { readPictureHeader } from "../pictures/header.ts";
import type { Model } from "../models/model.ts";
import type { Product } from "../product.ts";
import { ProviderError, type ProviderInput, type ProviderInputs } from "../providers/provider.ts";
import { type InputRef, inputsOf } from "./job.ts";

/**
 * The pictures that go into a job, in the forms that its model wants.
 *
 * @returns undefined for a job that makes one of a text
 * @throws ProviderError that says that nothing was sent, when one of them is not there any more
 */
export async function loadInputs(
  product: Product,
  job: RecordModel,
  model: Model,
): Promise<ProviderInputs | undefined> {
  const inputs = inputsOf(job);
  if (!inputs) return undefined;
  const image = toInput(await load(product, inputs.image));
  if (!inputs.mask) return { image };
  const bytes = await load(product, inputs.mask);
  const mask = await product.pictures.mask(bytes, model.input?.maskForm ?? "white");
  return { image, mask: toInput(mask) };
}

async function load({ app }: Product, { collection, id }: InputRef): Promise<Uint8Array> {
  const [record] = await app.findRecordsByIds(collection, [id]);
  const key = record && [record.collection.id, id, record.getString("file")].join("/");
  try {
    if (key) return await app.files.bytes(key);
  } catch (error) {
    throw gone(error);
  }
  throw gone();
}

function toInput(bytes: Uint8Array): ProviderInput {
  const header = readPictureHeader(bytes);
  if (!header) throw gone();
  const { contentType, width, height } = header;
  return { bytes, contentType, width, height };
}

function gone(cause?: unknown): ProviderError {
  return new ProviderError("validation", "The picture to work on is not there any more.", {
    sent: "yes",
    isFinal: true,
    cause,
  });
}
