import { compareCases } from "./compare-cases.ts";
import { CASES } from "./file-cases.ts";

compareCases(CASES);
