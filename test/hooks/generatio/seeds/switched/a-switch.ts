import type { App, RequestEvent } from "generatio";
import { readSwitch, type Switch } from "../switch.ts";

/** An extension beside the product that switches one feature of it off, for the control run. */
export default function switchOff(app: App): void {
  const off = readSwitch(process.env["SEEDS_SWITCH"]);
  app.onServe().bind({
    id: "seedsSwitch",
    func: async (event) => {
      if (off.route !== undefined) {
        const [method, path] = off.route.split(" ");
        event.router.bind({ id: "seedsRouteOff", priority: -9000, func: closed(method!, path!) });
      }
      if (off.change) await change(app, off.change);
      await event.next();
    },
  });
  app.onServe().bind({
    id: "seedsUnbind",
    // When every handler of the product is bound.
    priority: 9000,
    func: async (event) => {
      if (off.hook) app.events[off.hook[0]].unbind(off.hook[1]);
      if (off.model !== undefined) {
        const values = { model: off.model, status: "retired" };
        await app.save(app.newRecord("model_overrides", values));
      }
      await event.next();
    },
  });
}

function closed(method: string, path: string) {
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
  return (event: RequestEvent) =>
    event.method === method && pattern.test(event.path)
      ? event.json(404, { error: "not_found", message: "switched off" })
      : event.next();
}

async function change(app: App, [name, field, values]: NonNullable<Switch["change"]>) {
  const collection = app.findCollection(name).clone();
  collection.fields = collection.fields.map((present) =>
    present.name === field ? { ...present, ...values } : present,
  );
  collection.integrityChecks = false;
  await app.save(collection);
}
