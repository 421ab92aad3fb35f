import { type App, importCollections } from "generatio";

/** What is known of a picture beside its bytes: the text that was sent, a placeholder, whether it is there twice. */
export const up = async (app: App): Promise<void> => {
  const images = app.findCollection("images");
  const missing = fieldsFor(images.id).filter(({ name }) => !images.findField(name));
  const indexes = [...new Set([...images.indexes, INDEX])];
  const fields = [...images.fields, ...missing];
  await importCollections(app, [{ id: images.id, fields, indexes }], false);
};

/** Takes the fields away with what is in them. */
export const down = async (app: App): Promise<void> => {
  const images = app.findCollection("images").clone();
  const added = new Set(fieldsFor(images.id).map(({ name }) => name));
  images.fields = images.fields.filter(({ name }) => !added.has(name));
  images.indexes = images.indexes.filter((index) => index !== INDEX);
  await app.save(images);
};

const INDEX = "CREATE INDEX `idx_images_user_sha256` ON `images` (`user_id`, `sha256`)";

function fieldsFor(imagesId: string) {
  return [
    { name: "prompt_used", type: "text", max: 20_000 },
    { name: "blurhash", type: "text", max: 200 },
    { name: "duplicate_of", type: "relation", collectionId: imagesId, maxSelect: 1 },
    { name: "nsfw", type: "bool" },
  ];
}
