/** Whether a case came out as its suite expects: what was understood, which tier won, which numbers were reached. */
import type { Facts } from "./facts.ts";
import type { Measures } from "./measures.ts";
import type { FinishedCase } from "./result.ts";
import type { Scorer } from "./scorer.ts";
import type { Bound, Expectation, Thresholds } from "./suite/schema.ts";
import type { SuiteCase } from "./suite/suite.ts";

/** One thing that was asked: it held, or `missed` says in words what came instead. */
export interface Check {
  readonly weight: number;
  readonly missed?: string;
}

export interface Verdict {
  readonly status: "passed" | "missed";
  readonly grade: number;
  readonly missed: readonly string[];
}

/** What expectations look at. */
export interface Judged extends Pick<FinishedCase, "tier" | "steps" | "usage"> {
  readonly facts: Facts;
  /** Of the edit itself. */
  readonly measures: Measures;
}

/** Pure, so that stored results can be judged by a suite that has changed since. */
export function judge(
  { expect, thresholds, pass }: Pick<SuiteCase, "expect" | "thresholds" | "pass">,
  judged: Judged,
  scorers: readonly Scorer[],
): Verdict {
  const checks = [...expectationChecks(expect, judged), ...thresholdChecks(thresholds, judged.measures, scorers)];
  const total = checks.reduce((sum, { weight }) => sum + weight, 0);
  const lost = checks.reduce((sum, { weight, missed }) => sum + (missed === undefined ? 0 : weight), 0);
  const grade = total === 0 ? 1 : 1 - lost / total;
  // A grade that is a rounding error below what is asked for has reached it.
  const status = grade + 1e-9 >= pass ? "passed" : "missed";
  return { status, grade, missed: checks.flatMap(({ missed }) => missed ?? []) };
}

/** Every operation of an edit must be as expected. */
export function expectationChecks(expect: Expectation, judged: Judged): Check[] {
  const { facts, tier } = judged;
  return [
    ...facts.operations.flatMap((operation) => [
      ...check(expect.type, (type) => operation.type !== type && `expected a ${type}, got a ${operation.type}`),
      ...check(expect.direction, (angle) => missedAngle("the direction", angle, operation.direction)),
      ...check(expect.turn, (angle) => missedAngle("a turn of", angle, operation.turn)),
    ]),
    ...check(expect.tier, (wanted) => tier !== wanted && `expected the ${wanted} tier to win, got ${tier}`),
    ...check(expect.region, ({ iou }) => {
      const got = facts.iou ?? 0;
      return got < iou && `expected the region with an IoU of at least ${iou}, got ${got.toFixed(2)}`;
    }),
    ...agentChecks(expect, judged),
  ];
}

function agentChecks({ tools, steps: count, budget }: Expectation, { steps = [], usage, measures }: Judged): Check[] {
  const called = steps.map(({ tool }) => tool);
  return [
    ...(tools ?? []).map((tool) => one(!called.includes(tool) && `expected a call of ${tool}, got ${listed(called)}`)),
    ...check(count, (bound) => missedBound("steps", bound, steps.length, 0)),
    ...check(budget?.seconds, (max) => missedBound("seconds", { max }, measures.seconds, 1)),
    ...check(budget?.tokens, (max) => {
      return missedBound("tokens", { max }, (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), 0);
    }),
    ...check(budget?.money, (max) => missedBound("money", { max }, usage?.money?.amount ?? 0, 4)),
  ];
}

/** Bounds are inclusive; a scorer without a number has missed them. */
export function thresholdChecks(thresholds: Thresholds, measures: Measures, scorers: readonly Scorer[]): Check[] {
  return scorers.flatMap(({ name, digits }) =>
    check(thresholds[name], (bound) => missedBound(name, bound, measures[name], digits)).map((made) => {
      return { ...made, weight: thresholds[name]?.weight ?? 1 };
    }),
  );
}

/** The misses of a suite's thresholds on its means. */
export function missedThresholds(thresholds: Thresholds, measures: Measures, scorers: readonly Scorer[]): string[] {
  return thresholdChecks(thresholds, measures, scorers).flatMap(({ missed }) => missed ?? []);
}

function check<Wanted>(wanted: Wanted | undefined, miss: (wanted: Wanted) => string | false): Check[] {
  return wanted === undefined ? [] : [one(miss(wanted))];
}

function one(missed: string | false): Check {
  return { weight: 1, ...(missed === false ? {} : { missed }) };
}

function missedBound(name: string, { min, max }: Bound, value: number | undefined, digits: number): string | false {
  if (value === undefined) return `expected ${name}, which could not be measured`;
  const got = `got ${value.toFixed(digits)}`;
  if (min !== undefined && value < min) return `expected ${name} of at least ${min}, ${got}`;
  return max !== undefined && value > max && `expected ${name} of at most ${max}, ${got}`;
}

type Angle = NonNullable<Expectation["turn"]>;

function missedAngle(name: string, { degrees, within }: Angle, got: number | undefined): string | false {
  if (got !== undefined && Math.abs(signedDegrees(got - degrees)) <= within) return false;
  return `expected ${name} ${degrees}° ± ${within}°, got ${got === undefined ? "none" : `${got.toFixed(1)}°`}`;
}

/** The same angle in [−180, 180). */
function signedDegrees(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
