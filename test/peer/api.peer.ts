import { CASES } from "./api-cases.ts";
import { compareCases } from "./compare-cases.ts";

compareCases(CASES);
