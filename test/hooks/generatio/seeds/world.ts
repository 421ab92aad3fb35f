import { fileURLToPath } from "node:url";
import type { RecordModel } from "generatio";
import PocketBase from "pocketbase";
import {
  type OpenAiEmulator,
  type ReplicateEmulator,
  startOpenAiEmulator,
  startReplicateEmulator,
} from "../../../../hooks/generatio/testing/index.ts";
import { type Answer, type Member, type ProductServer, startProduct } from "../product-server.ts";
import type { Switch } from "./switch.ts";

/** A row of a document, as a check over HTTP. */
export interface Row {
  readonly id: string;
  /** What the row says, in a few words. */
  readonly title: string;
  /** What has to be gone for the check to fail. */
  readonly off: Switch;
  readonly check: (world: World) => Promise<void>;
}

/** The product with everything behind it. */
export interface World {
  readonly product: ProductServer;
  readonly replicate: ReplicateEmulator;
  readonly openAi: OpenAiEmulator;
  /** Has stored a key and opened a session. */
  readonly ann: Member;
  readonly root: PocketBase;
  /** Any path of the server, by anybody. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Somebody new, without a key. */
  guest(): Promise<Member>;
  /** The newest record of a collection that belongs to a user. */
  newest(collection: string, userId?: string): Promise<RecordModel>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly who?: Member;
  readonly headers?: Readonly<Record<string, string>>;
}

const SWITCHED = fileURLToPath(new URL("switched", import.meta.url));

/** @param off a feature that is not there */
export async function startWorld(off?: Switch): Promise<World> {
  const [replicate, openAi] = [await startReplicateEmulator(), await startOpenAiEmulator()];
  const product = await startProduct({
    ...(off ? { hooksDir: SWITCHED } : {}),
    env: {
      GENERATIO_REPLICATE_URL: replicate.url,
      REPLICATE_API_TOKEN: "r8_emulated",
      GENERATIO_OPENAI_URL: openAi.url,
      OPENAI_API_KEY: "sk-emulated",
      GENERATIO_MOCK: "1",
      GENERATIO_CLEANUP_INTERVAL: "200ms",
      ...(off ? { SEEDS_SWITCH: JSON.stringify(off) } : {}),
      ...off?.env,
    },
  });
  const root = new PocketBase(product.url);
  root.autoCancellation(false);
  root.authStore.save(await product.superuserToken());
  const call = async (method: string, path: string, options: CallOptions = {}) => {
    const { who, headers = {}, ...sent } = options;
    const login = who ? { Authorization: `Bearer ${who.client.authStore.token}` } : {};
    const session = who?.sessionId ? { "X-Session-ID": who.sessionId } : {};
    const answer = await product.call(method, `../..${path}`, {
      ...sent,
      headers: { ...login, ...session, ...headers },
    });
    return off?.answer?.[0] === `${method} ${path}` ? without(answer, off.answer[1]) : answer;
  };
  return {
    product,
    replicate,
    openAi,
    root,
    call,
    ann: await unlocked(await product.signUp()),
    guest: () => product.signUp(),
    async newest(collection, userId) {
      const filter = userId === undefined ? "" : `user_id = "${userId}"`;
      const options = { sort: "-created,-id", limit: 1 };
      const [record] = await product.app.findRecordsByFilter(collection, filter, options);
      if (!record) throw new Error(`there is no record in ${collection}`);
      return record;
    },
    async close() {
      await product.close();
      await replicate.close();
      await openAi.close();
    },
  };
}

/** A row that switches the way off finds nobody in; that is for its check to see. */
async function unlocked(member: Member): Promise<Member> {
  return member.unlock().catch(() => member);
}

function without(answer: Answer, member: string): Answer {
  const body = structuredClone(answer.body);
  const names = member.split(".");
  const last = names.pop()!;
  let at: unknown = body;
  for (const name of names) at = (at as Record<string, unknown> | undefined)?.[name];
  if (typeof at === "object" && at !== null) delete (at as Record<string, unknown>)[last];
  return { ...answer, body };
}
