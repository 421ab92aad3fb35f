/** Random changes of collections and settings through one server's API, written down in the model too. */
import {
  asList,
  fieldJson,
  forgetUnnamedFiles,
  inShape,
  type ModelCollection,
  type ModelField,
  type Side,
  type World,
} from "./round-trip-world.ts";
import { send } from "./server-process.ts";

type Json = Record<string, unknown>;

const RULES = [null, "", "@request.auth.id != ''", "id != '' && title != 'x'"];

/** One change of the schema. */
export async function editSchema(world: World, side: Side): Promise<void> {
  const { random } = world;
  if (world.collections.length === 0) return createCollection(world, side);
  const edits = [addField, dropField, renameField, resizeField, setRules, setIndexes, rename, view];
  if (world.collections.length < 3) edits.push(() => createCollection(world, side));
  edits.push(() => editSettings(world, side));
  await random.pick(edits)(world, side, random.pick(world.collections));
}

async function createCollection(world: World, side: Side): Promise<void> {
  const number = world.next();
  const fields = Array.from({ length: world.random.integer(1, 6) }, () => world.newField());
  const collection: ModelCollection = {
    id: `pbc_round${number}`,
    name: `round${number}`,
    fields,
    records: new Map(),
    indexes: [],
    rules: { listRule: world.random.pick(RULES), createRule: world.random.pick(RULES) },
    view: undefined,
  };
  world.collections.push(collection);
  const own = [
    { id: "title", type: "text", name: "title" },
    { id: "count", type: "number", name: "count" },
    { id: "made", type: "autodate", name: "created", onCreate: true },
    { id: "touched", type: "autodate", name: "updated", onCreate: true, onUpdate: true },
  ];
  const { id, name, rules } = collection;
  const body = { id, name, type: "base", fields: [...own, ...fields.map(fieldJson)], ...rules };
  await change(world, side, { method: "POST", path: "/api/collections", body });
}

async function change(
  world: World,
  side: Side,
  request: { method: string; path: string; body: unknown },
): Promise<void> {
  await send(side.url + request.path, { ...request, token: side.token });
  world.schema.push(request);
}

function patch(world: World, side: Side, { id }: ModelCollection, body: Json): Promise<void> {
  return change(world, side, { method: "PATCH", path: `/api/collections/${id}`, body });
}

/** The field list as this server has it, changed. */
async function patchFields(
  world: World,
  side: Side,
  collection: ModelCollection,
  edit: (fields: Json[]) => Json[],
): Promise<void> {
  const path = `${side.url}/api/collections/${collection.id}`;
  const { fields } = await send<{ fields: Json[] }>(path, { token: side.token });
  await patch(world, side, collection, { fields: edit(fields) });
}

async function addField(world: World, side: Side, collection: ModelCollection): Promise<void> {
  const field = world.newField();
  await patchFields(world, side, collection, (fields) => [...fields, fieldJson(field)]);
  collection.fields.push(field);
  for (const { values } of collection.records.values()) {
    values[field.name] = field.kind.isSelectable ? inShape(field, []) : field.kind.empty;
  }
}

async function dropField(world: World, side: Side, collection: ModelCollection): Promise<void> {
  if (collection.fields.length < 2) return addField(world, side, collection);
  const field = world.random.pick(collection.fields);
  await patchFields(world, side, collection, (all) => all.filter(({ id }) => id !== field.id));
  collection.fields.splice(collection.fields.indexOf(field), 1);
  for (const { values } of collection.records.values()) delete values[field.name];
  forgetUnnamedFiles(world, collection);
}

async function renameField(world: World, side: Side, collection: ModelCollection): Promise<void> {
  const field = world.random.pick(collection.fields);
  const name = `renamed${world.next()}`;
  await patchOneField(world, side, collection, field, { name });
  for (const { values } of collection.records.values()) {
    values[name] = values[field.name];
    delete values[field.name];
  }
  field.name = name;
}

async function resizeField(world: World, side: Side, collection: ModelCollection): Promise<void> {
  const field = collection.fields.find(({ kind }) => kind.isSelectable);
  if (!field) return addField(world, side, collection);
  field.maxSelect = field.maxSelect > 1 ? 1 : 3;
  await patchOneField(world, side, collection, field, { maxSelect: field.maxSelect });
  for (const { values } of collection.records.values()) {
    values[field.name] = inShape(field, asList(values[field.name]));
  }
  forgetUnnamedFiles(world, collection);
}

function patchOneField(
  world: World,
  side: Side,
  collection: ModelCollection,
  field: ModelField,
  options: Json,
): Promise<void> {
  return patchFields(world, side, collection, (all) =>
    all.map((each) => (each["id"] === field.id ? { ...each, ...options } : each)),
  );
}

async function setRules(world: World, side: Side, collection: ModelCollection): Promise<void> {
  const rules = { viewRule: world.random.pick(RULES), updateRule: world.random.pick(RULES) };
  await patch(world, side, collection, rules);
  Object.assign(collection.rules, rules);
}

async function setIndexes(world: World, side: Side, collection: ModelCollection): Promise<void> {
  const { random } = world;
  const name = `by_${collection.id}_${world.next()}`;
  const columns = random.pick(["`title`", "`count`, `title`", "`title` COLLATE NOCASE"]);
  const where = random.chance(0.3) ? " WHERE `title` != ''" : "";
  const index = `CREATE INDEX \`${name}\` ON \`${collection.name}\` (${columns})${where}`;
  // The same definition twice is refused.
  const definition = index.slice(index.indexOf(" ON "));
  const others = collection.indexes.filter((each) => !each.endsWith(definition));
  const kept = random.chance(0.5) ? others : [];
  collection.indexes = [...kept, index];
  await patch(world, side, collection, { indexes: collection.indexes });
}

async function rename(world: World, side: Side, collection: ModelCollection): Promise<void> {
  if (collection.view !== undefined) return setRules(world, side, collection);
  const before = `ON \`${collection.name}\``;
  collection.name = `named${world.next()}`;
  await patch(world, side, collection, { name: collection.name });
  const after = `ON \`${collection.name}\``;
  collection.indexes = collection.indexes.map((index) => index.replace(before, after));
}

async function view(world: World, side: Side, collection: ModelCollection): Promise<void> {
  const more = world.random.pick(["", ", count AS many", ", (count * 2) AS twice"]);
  const viewQuery = `SELECT id, title${more} FROM ${collection.name}`;
  if (collection.view !== undefined) {
    const path = `/api/collections/${collection.view}`;
    return change(world, side, { method: "PATCH", path, body: { viewQuery } });
  }
  const name = `view${world.next()}`;
  const body = { id: `pbc_${name}`, name, type: "view", viewQuery, listRule: "" };
  await change(world, side, { method: "POST", path: "/api/collections", body });
  collection.view = `pbc_${name}`;
}

async function editSettings(world: World, side: Side): Promise<void> {
  const { random } = world;
  const meta = { appName: `Name ${random.word(5)}`, hideControls: random.chance(0.5) };
  const logs = { maxDays: random.integer(1, 9), logAuthId: random.chance(0.5) };
  const body = { meta, logs };
  await change(world, side, { method: "PATCH", path: "/api/settings", body });
  Object.assign(world.settings, body);
}
