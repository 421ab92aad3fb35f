import type { EventName } from "generatio";

/** How one feature of the product is switched off: for showing that its rows fail without it. */
export interface Switch {
  /** This route is not there: `POST /api/custom/tokens/setup`. */
  readonly route?: string;
  /** This hook is not bound: the event, and the handler's id. */
  readonly hook?: readonly [event: EventName, id: string];
  /** This field of a collection is another one: collection, field, what is different. */
  readonly change?: readonly [
    collection: string,
    field: string,
    values: Readonly<Record<string, unknown>>,
  ];
  /** This model is not on offer. */
  readonly model?: string;
  /** The server is set up in another way. */
  readonly env?: Readonly<Record<string, string>>;
  /** This member is missing in the answers of a route: `GET /api/custom/status`, `services.sessions`. */
  readonly answer?: readonly [route: string, member: string];
}

export function readSwitch(text: string | undefined): Switch {
  return text ? (JSON.parse(text) as Switch) : {};
}
