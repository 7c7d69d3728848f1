/** Suites written as programs. */
import type { Scorer } from "../scorer.ts";
import type { SuiteInput } from "./schema.ts";

/** Marks what `defineSuite` made, also where two copies of this package meet. */
const MARK = "dragflow-suite";

export interface DefinedSuite {
  readonly type: typeof MARK;
  /** As a YAML suite says it; paths are relative to the module. */
  readonly input: SuiteInput;
  readonly scorers: readonly Scorer[];
}

/** The keys of a YAML suite, and scorers of one's own beside them; thresholds may name these. */
export interface SuiteDefinition extends SuiteInput {
  readonly scorers?: readonly Scorer[];
}

/**
 * For `export default` in a module that `dragflow eval` is given. The form is checked when it is loaded.
 * @throws TypeError for two scorers of one name.
 */
export function defineSuite({ scorers = [], ...input }: SuiteDefinition): DefinedSuite {
  const names = scorers.map(({ name }) => name);
  const again = names.find((name, i) => names.indexOf(name) < i);
  if (again !== undefined) throw new TypeError(`Expected scorers of different names, got "${again}" twice`);
  return { type: MARK, input, scorers };
}

export function isDefinedSuite(value: unknown): value is DefinedSuite {
  return typeof value === "object" && value !== null && "type" in value && value.type === MARK;
}
