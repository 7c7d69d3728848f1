/** Which cases of a suite run. */
import { EditError } from "../errors.ts";
import type { CaseResult } from "./result.ts";
import type { Suite, SuiteCase } from "./suite/suite.ts";

export interface CaseWish {
  /** Of the name. */
  readonly filter?: RegExp | undefined;
  /** A case with any of them; all where there are none. */
  readonly tags?: readonly string[];
  readonly trials?: number | undefined;
  readonly timeout?: number | undefined;
}

/** @throws EditError `usage` where no case is left. */
export function selectCases(suite: Suite, { filter, tags = [], trials, timeout }: CaseWish): Suite {
  const isWanted = (one: SuiteCase) =>
    (filter?.test(one.name) ?? true) && (tags.length === 0 || one.tags.some((tag) => tags.includes(tag)));
  const cases = suite.cases.filter(isWanted).map((one) => ({
    ...one,
    ...(trials === undefined ? {} : { trials }),
    ...(timeout === undefined ? {} : { timeout }),
  }));
  if (cases.length > 0) return { ...suite, cases };
  const what = [...(filter ? [`--filter ${filter}`] : []), ...(tags.length > 0 ? [`--tag ${tags.join(", ")}`] : [])];
  throw new EditError("usage", `Expected ${what.join(" with ")} to match a case, none does`, { hint: hintOf(suite) });
}

function hintOf({ cases }: Suite): string {
  const names = cases.slice(0, 20).map(({ name }) => name);
  const tags = [...new Set(cases.flatMap((one) => one.tags))];
  const more = cases.length > names.length ? `, and ${cases.length - names.length} more` : "";
  return `Cases: ${names.join(", ")}${more}${tags.length === 0 ? "" : `; tags: ${tags.join(", ")}`}`;
}

/** Names of the cases with a trial that did not pass. */
export function failedNames(results: Iterable<CaseResult>): Set<string> {
  return new Set([...results].filter(({ status }) => status !== "passed").map(({ name }) => name));
}
