import { CASES } from "./batch-cases.ts";
import { compareCases } from "./compare-cases.ts";

compareCases(CASES);
