/** Random changes of records through one server's API, written down in the model too. */
import { date, text, USERS_ID } from "./round-trip-fields.ts";
import {
  asList,
  fileFields,
  forgetUnnamedFiles,
  inShape,
  type ModelCollection,
  type ModelField,
  type ModelRecord,
  type Side,
  type World,
} from "./round-trip-world.ts";
import { send } from "./server-process.ts";

type Json = Record<string, unknown>;

/** One change of records. */
export async function editRecords(world: World, side: Side): Promise<void> {
  const { random } = world;
  const collection = random.pick(world.collections);
  const records = [...collection.records.values()];
  const chosen = records.length > 0 ? random.pick(records) : undefined;
  const dice = random.next();
  if (dice < 0.15) return editUsers(world, side);
  if (!chosen || (dice < 0.5 && records.length < 12)) return createRecord(world, side, collection);
  if (dice < 0.85) return updateRecord(world, side, collection, chosen);
  await send(`${recordsUrl(side, collection)}/${chosen.id}`, { ...side, method: "DELETE" });
  collection.records.delete(chosen.id);
  forgetFiles(world, `${collection.id}/${chosen.id}/`);
}

function recordsUrl(side: Side, { id }: { id: string }): string {
  return `${side.url}/api/collections/${id}/records`;
}

async function createRecord(world: World, side: Side, collection: ModelCollection): Promise<void> {
  const started = Date.now();
  const { values, form } = randomValues(world, collection, 1);
  const id = `record${String(world.next()).padStart(9, "0")}`;
  const answer = await sendForm(side, "POST", recordsUrl(side, collection), { ...form, id });
  const record: ModelRecord = { id, values, ...dates(answer) };
  if (record.created < date(started - 1)) throw new Error(`created at ${record.created}`);
  collection.records.set(id, record);
  keepFiles(world, collection, record, answer);
}

async function updateRecord(
  world: World,
  side: Side,
  collection: ModelCollection,
  record: ModelRecord,
): Promise<void> {
  const started = Date.now();
  const { values, form } = randomValues(world, collection, 0.4);
  const url = `${recordsUrl(side, collection)}/${record.id}`;
  const answer = await sendForm(side, "PATCH", url, form);
  Object.assign(record.values, values);
  record.updated = dates(answer).updated;
  if (record.updated < date(started - 1)) throw new Error(`updated at ${record.updated}`);
  keepFiles(world, collection, record, answer);
}

function dates(answer: Json): { created: string; updated: string } {
  return { created: String(answer["created"]), updated: String(answer["updated"]) };
}

/** Values for some of the fields, as the model keeps them and as a form takes them. */
function randomValues(world: World, { fields }: ModelCollection, share: number) {
  const { random } = world;
  const values: Json = {};
  const form: Json = {};
  if (random.chance(share)) form["title"] = values["title"] = text(random);
  if (random.chance(share)) form["count"] = values["count"] = random.integer(-9, 9);
  if (share === 1) {
    values["title"] ??= "";
    values["count"] ??= 0;
  }
  for (const field of fields) {
    if (!random.chance(share)) continue;
    const value = field.kind.value(random, world.userIds());
    values[field.name] = field.kind.isSelectable ? inShape(field, value as string[]) : value;
    form[field.name] = values[field.name];
    if (field.kind.holdsFiles) form[field.name] = newFiles(world, field);
  }
  return { values, form };
}

function newFiles(world: World, { maxSelect }: ModelField): File[] {
  const count = world.random.integer(0, maxSelect);
  return Array.from({ length: count }, () => {
    const number = world.next();
    return new File([`content ${number}`], `upload${number}.txt`, { type: "text/plain" });
  });
}

/** Files take a form; the rest goes as JSON inside it. */
async function sendForm(side: Side, method: string, url: string, values: Json): Promise<Json> {
  const isUpload = ([, value]: [string, unknown]) =>
    Array.isArray(value) && value[0] instanceof File;
  const uploads = Object.entries(values).filter(isUpload);
  const rest = Object.fromEntries(Object.entries(values).filter((each) => !isUpload(each)));
  const form = new FormData();
  form.set("@jsonPayload", JSON.stringify(rest));
  for (const [name, files] of uploads) for (const file of files as File[]) form.append(name, file);
  const answer = await fetch(url, { method, headers: { authorization: side.token }, body: form });
  const content = await answer.text();
  if (!answer.ok) {
    throw new Error(`${method} ${url} ${JSON.stringify(rest)}: ${answer.status} ${content}`);
  }
  return JSON.parse(content) as Json;
}

/** Takes the names that the server gave to the files; those that were replaced are gone. */
function keepFiles(
  world: World,
  collection: ModelCollection,
  record: ModelRecord,
  answer: Json,
): void {
  for (const { name } of fileFields(collection)) {
    record.values[name] = answer[name];
    for (const file of asList(answer[name])) {
      const [, number = ""] = /^upload(\d+)_/.exec(file) ?? [];
      world.files.set(`${collection.id}/${record.id}/${file}`, `content ${number}`);
    }
  }
  forgetUnnamedFiles(world, collection);
}

function forgetFiles(world: World, folder: string): void {
  for (const path of world.files.keys()) if (path.startsWith(folder)) world.files.delete(path);
}

async function editUsers(world: World, side: Side): Promise<void> {
  const { random } = world;
  const users = { id: USERS_ID };
  const url = recordsUrl(side, users);
  const dice = random.next();
  if (world.users.length < 3 || dice < 0.3) return createUser(world, side);
  const user = random.pick(world.users);
  if (dice < 0.7) {
    user.name = text(random);
    const body = { name: user.name };
    await send(`${url}/${user.id}`, { method: "PATCH", token: side.token, body });
    return;
  }
  await send(`${url}/${user.id}`, { method: "DELETE", token: side.token });
  world.users.splice(world.users.indexOf(user), 1);
  for (const collection of world.collections) loseUser(collection, user.id);
}

async function createUser(world: World, side: Side): Promise<void> {
  const number = world.next();
  const email = `user${number}@example.com`;
  const password = `password ${number}`;
  const name = text(world.random);
  const body = { email, password, passwordConfirm: password, name, verified: true };
  const url = recordsUrl(side, { id: USERS_ID });
  const { id } = await send<{ id: string }>(url, { token: side.token, body });
  const login = `${side.url}/api/collections/users/auth-with-password`;
  const { token } = await send<{ token: string }>(login, { body: { identity: email, password } });
  world.users.push({ id, email, password, name, token });
}

/** Relations lose who is deleted, and say when. */
function loseUser(collection: ModelCollection, id: string): void {
  const fields = collection.fields.filter(({ kind }) => kind.refersToUsers);
  for (const record of collection.records.values()) {
    for (const field of fields) {
      const list = asList(record.values[field.name]);
      if (!list.includes(id)) continue;
      record.values[field.name] = inShape(
        field,
        list.filter((each) => each !== id),
      );
      record.updated = "";
    }
  }
}
