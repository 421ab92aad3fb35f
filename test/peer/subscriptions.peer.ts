import { compareCases } from "./compare-cases.ts";
import { CASES } from "./realtime-cases.ts";

compareCases(CASES);
