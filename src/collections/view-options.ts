import { type Codec, object, text } from "./codec.ts";
import type { ViewOptions } from "./collection.ts";

/** The options of a view as `_collections.options` holds them and the API sends them. */
export const VIEW_OPTIONS: Codec<ViewOptions> = object({ viewQuery: text });
