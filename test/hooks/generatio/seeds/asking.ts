import { expect } from "vitest";
import type { Answer, Member } from "../product-server.ts";
import type { World } from "./world.ts";

/** Short ways to say what most rows say. */

export const custom = (path: string) => `/api/custom/${path}`;

/** The status and some members of an answer. */
export function expectAnswer(answer: Answer, status: number, body: unknown): void {
  expect([answer.status, answer.body]).toEqual([status, body]);
}

export const some = (members: Record<string, unknown>) => expect.objectContaining(members);

export const generate = (
  world: World,
  body: Record<string, unknown> = {},
  who: Member = world.ann,
  headers: Readonly<Record<string, string>> = {},
) =>
  world.call("POST", custom("generate/image"), {
    who,
    body: { model: "flux/schnell", prompt: "a fox", ...body },
    headers,
  });

/** One picture of the FAL model, with its record. */
export async function picture(world: World, body: Record<string, unknown> = {}, who = world.ann) {
  const answer = await generate(world, body, who);
  expect(answer.status).toBe(200);
  const [image] = answer.body["images"] as { id: string; url: string; thumbnail_url: string }[];
  return { answer, image: image!, record: await world.newest("images", who.id) };
}

/** A field of a collection, as a superuser's client reads it. */
export async function fieldOf(world: World, collection: string, field: string) {
  const answer = await world.root.collections.getOne(collection);
  return answer.fields.find((present) => present["name"] === field);
}

/** One picture in document 003's way. */
export const v1 = (
  world: World,
  path: string,
  body: Record<string, unknown>,
  who: Member | undefined = world.ann,
) => world.call("POST", `/api/v1/generate/${path}`, { ...(who ? { who } : {}), body });

/** A user whose pictures the plan pays. */
export async function planned(world: World, plan = ""): Promise<Member> {
  const member = await world.guest();
  if (plan !== "") {
    const record = await world.product.app.findRecordById("generatio_users", member.id);
    record.set("plan", plan);
    await world.product.app.save(record);
  }
  return member;
}

export const lastSubmit = (emulator: {
  journal: readonly {
    route: string;
    path: string;
    body: unknown;
    authorization: string;
    method: string;
  }[];
}) => emulator.journal.findLast(({ route }) => route === "submit");
