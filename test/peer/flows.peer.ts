import { CASES as AUTH } from "./auth-flow-cases.ts";
import { CASES as CASCADES } from "./cascade-cases.ts";
import { compareCases } from "./compare-cases.ts";
import { CASES as MANAGEMENT } from "./management-cases.ts";

compareCases([...CASCADES, ...AUTH, ...MANAGEMENT]);
