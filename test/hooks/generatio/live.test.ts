import type { RecordModel, RecordSubscription } from "pocketbase";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { resumable } from "generatio/client";
import { TestEventSource } from "generatio/testing";
import { type Member, type ProductServer, startProduct } from "./product-server.ts";

// Pages follow jobs, pictures and folders by the ordinary realtime API of their collections, with the official SDK.

let product: ProductServer;
let ann: Member;
let bob: Member;
let forAnn: Heard;
let forBob: Heard;

beforeAll(async () => {
  // Slow enough to be seen at work.
  product = await startProduct({ emulator: { workMs: 600 } });
});
afterAll(() => product.close());

beforeEach(async () => {
  vi.stubGlobal("EventSource", TestEventSource);
  ann = await (await product.signUp()).unlock();
  bob = await product.signUp();
  forAnn = await Heard.by(ann);
  forBob = await Heard.by(bob);
});

afterEach(async () => {
  await ann.client.realtime.unsubscribe();
  await bob.client.realtime.unsubscribe();
  vi.unstubAllGlobals();
});

const COLLECTIONS = ["jobs", "images", "folders"] as const;
type Collection = (typeof COLLECTIONS)[number];

/** What one member hears of everything that they listen to. */
class Heard {
  readonly events: (RecordSubscription<RecordModel> & { readonly collection: Collection })[] = [];

  static async by({ client }: Member): Promise<Heard> {
    const heard = new Heard();
    for (const collection of COLLECTIONS) {
      await client.collection(collection).subscribe("*", (event) => {
        heard.events.push({ ...event, collection });
      });
    }
    return heard;
  }

  /** The records of a collection's events in order. */
  of(collection: Collection): RecordModel[] {
    return this.events.filter((each) => each.collection === collection).map(({ record }) => record);
  }

  /** Waits until something was heard. */
  async until(isHeard: (heard: this) => boolean): Promise<void> {
    await vi.waitFor(
      () => {
        if (!isHeard(this)) throw new Error(`waited in vain; came: ${JSON.stringify(this.events)}`);
      },
      { timeout: 10_000, interval: 20 },
    );
  }
}

const isOver = (heard: Heard) =>
  heard.of("jobs").at(-1)?.["state"] === "succeeded" && heard.of("images").length > 0;

/** An event of Bob's own that comes after all that came before: what he has not heard by then he never will. */
async function untilBobHears(): Promise<void> {
  const { body } = await bob.post("collections/create", { name: "Bob's own" });
  await forBob.until((heard) => heard.of("folders").length > 0);
  expect(forBob.events.map(({ collection, record }) => [collection, record["name"]])).toEqual([
    ["folders", "Bob's own"],
  ]);
  expect(body["name"]).toBe("Bob's own");
}

describe("while a picture is made", () => {
  it("its user hears of the job's way and of the picture, and nobody else does", async () => {
    const { status } = await ann.generate({ prompt: "a fox" });
    expect(status).toBe(200);
    await forAnn.until(isOver);
    const states = forAnn.of("jobs").map((job) => String(job["state"]));
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
      "queued",
      "running",
      "succeeded",
    ]);
    expect(forAnn.events.find(({ collection }) => collection === "jobs")!.action).toBe("create");
    expect(new Set(forAnn.of("jobs").map(({ id }) => id)).size).toBe(1);
    const [picture] = forAnn.of("images");
    expect(picture).toMatchObject({
      prompt: "a fox",
      user_id: ann.id,
      job_id: forAnn.of("jobs")[0]!.id,
    });
    await untilBobHears();
  });

  it("events hold what the API shows, and no hidden field", async () => {
    await ann.generate({ prompt: "an owl" });
    await forAnn.until(isOver);
    const job = forAnn.of("jobs").at(-1)!;
    const picture = forAnn.of("images").at(-1)!;
    expect(job).toEqual(plain(await ann.client.collection("jobs").getOne(job.id)));
    expect(picture).toEqual(plain(await ann.client.collection("images").getOne(picture.id)));
    for (const { record } of forAnn.events) {
      for (const hidden of [
        "status_url",
        "response_url",
        "cancel_url",
        "request_hash",
        "fal_token",
      ])
        expect(record).not.toHaveProperty(hidden);
    }
  });

  it("a client that was away hears of it when it comes back", async () => {
    const away = await (await product.signUp()).unlock();
    let gaps = 0;
    resumable(away.client, { onGap: () => gaps++ });
    const heard = await Heard.by(away);
    const { realtime } = product.app;
    const connections = () =>
      [...realtime.clients.values()].filter(({ auth }) => auth?.id === away.id);
    const [before] = connections();
    realtime.unregister(before!.id);
    await away.generate({ prompt: "a crow" });
    await heard.until(isOver);
    expect(connections().map(({ id }) => id)).not.toContain(before!.id);
    expect(gaps).toBe(0);
    expect(heard.of("jobs").map((job) => job["state"])).toContain("queued");
    expect(heard.of("images").map((picture) => picture["prompt"])).toEqual(["a crow"]);
    await away.client.realtime.unsubscribe();
  });
});

describe("folders", () => {
  it("are heard of by their user when they are made, renamed and filled", async () => {
    const { body } = await ann.post("collections/create", { name: "Foxes" });
    const id = String(body["id"]);
    await ann.client.collection("folders").update(id, { name: "Red foxes" });
    await ann.generate({ prompt: "a fox" });
    await forAnn.until(isOver);
    const picture = forAnn.of("images")[0]!;
    await ann.client.collection("images").update(picture.id, { folder_id: id });
    await forAnn.until((heard) => heard.of("images").length === 2);
    expect(forAnn.of("folders").map(({ name }) => String(name))).toEqual(["Foxes", "Red foxes"]);
    expect(forAnn.of("images")[1]).toMatchObject({ id: picture.id, folder_id: id });
    await untilBobHears();
  });
});

/** Without what the SDK puts beside the fields. */
function plain(record: RecordModel): unknown {
  return JSON.parse(JSON.stringify(record));
}
