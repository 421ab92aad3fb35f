import { compareCases } from "./compare-cases.ts";
import { CASES } from "./record-cases.ts";

compareCases(CASES);
