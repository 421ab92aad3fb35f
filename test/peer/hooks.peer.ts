import { compareCases } from "./compare-cases.ts";
import { CASES as EFFECTS } from "./hook-effect-cases.ts";
import { CASES as FAULTS } from "./hook-fault-cases.ts";

compareCases([...FAULTS, ...EFFECTS]);
