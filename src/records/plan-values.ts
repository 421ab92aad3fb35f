import { ONE, ZERO } from "../db/dialect/filter.ts";
import { Slot, sql } from "../db/dialect/fragment.ts";
import type { Values } from "../filter/compile.ts";
import { FilterError } from "../filter/errors.ts";
import { isLikePattern } from "../filter/like-pattern.ts";
import { dateText } from "../filter/macros.ts";
import { type Operand, parameterOperand, plainOperand } from "../filter/operand.ts";
import type { Shape } from "../filter/shape.ts";
import type { RuleContext } from "./plan-context.ts";
import { jsonText } from "./request-values.ts";
import { NULL_OPERAND } from "./resolver-path.ts";

/** Literals and placeholders as values of the run, so that texts that differ only in them share a plan. */
export function runValues(shape: Shape<RuleContext>): Values {
  return {
    literal(index, value) {
      const read = ({ literals }: RuleContext) => literals[index];
      if (typeof value !== "string") return parameterOperand(sql`${new Slot(read)}`, false);
      return slotOperand(shape, `literal ${index}`, read);
    },
    placeholder(name) {
      const kind = shape.ask(`placeholder ${name}`, ({ values }) => kindOf(values, name));
      if (kind === "missing") {
        throw new FilterError(`missing value of placeholder ${JSON.stringify(name)}`);
      }
      if (kind === "null") return NULL_OPERAND;
      if (kind === "true") return plainOperand(ONE, { word: "truth" });
      if (kind === "false") return plainOperand(ZERO, { word: "truth" });
      return slotOperand(shape, `value of ${name}`, ({ values }) => boundValue(values[name]));
    },
  };
}

/** A value of the run of which is known whether it is empty and, if need be, whether it is a pattern. */
export function slotOperand(
  shape: Shape<RuleContext>,
  question: string,
  read: (context: RuleContext) => unknown,
): Operand {
  const isEmpty = shape.ask(question, (context) => (read(context) === "" ? "empty" : "filled"));
  const asksPattern = (context: RuleContext) => String(isLikePattern(read(context)));
  return {
    ...parameterOperand(sql`${new Slot(read)}`, isEmpty === "empty"),
    isPattern: () => shape.ask(`${question}, a pattern`, asksPattern) === "true",
  };
}

function kindOf(values: RuleContext["values"], name: string): string {
  if (!Object.hasOwn(values, name)) return "missing";
  const value = values[name];
  if (value === null || value === undefined) return "null";
  return typeof value === "boolean" ? String(value) : "bound";
}

/** Dates as they are stored, lists and objects as JSON. */
function boundValue(value: unknown): unknown {
  if (value instanceof Date) return dateText(value);
  if (typeof value === "object") return jsonText(value);
  return typeof value === "bigint" ? Number(value) : value;
}
