/** JUnit XML, as continuous integration reads it: a test suite with one test case for each trial. */
import type { CaseResult, SuiteResult } from "../result.ts";
import { titleOf } from "../words.ts";

export function junitText({ suite, cases, missed }: SuiteResult): string {
  const failures = cases.filter(({ status }) => status === "missed").length + (missed.length > 0 ? 1 : 0);
  const errors = cases.filter(({ status }) => status === "crashed").length;
  const seconds = cases.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  const tests = cases.length + (missed.length > 0 ? 1 : 0);
  const totals = `tests="${tests}" failures="${failures}" errors="${errors}" time="${seconds.toFixed(3)}"`;
  const means = missed.length === 0 ? [] : [element(suite, "means", 0, problem("failure", "thresholds", missed))];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `<testsuite name="${xml(suite)}" ${totals}>`,
    ...cases.map((one) => element(suite, titleOf(one), one.wallSeconds, inside(one))),
    ...means,
    "</testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function element(suite: string, name: string, seconds: number, body: string): string {
  const head = `<testcase classname="${xml(suite)}" name="${xml(name)}" time="${seconds.toFixed(3)}"`;
  return body === "" ? `${head}/>` : `${head}>${body}</testcase>`;
}

function inside(one: CaseResult): string {
  if (one.status === "crashed") return problem("error", one.error.code, [one.error.message]);
  return one.status === "missed" ? problem("failure", "expectations", one.missed) : "";
}

function problem(kind: "failure" | "error", type: string, lines: readonly string[]): string {
  return `<${kind} type="${xml(type)}" message="${xml(lines[0] ?? "")}">${xml(lines.join("\n"))}</${kind}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** Characters that XML 1.0 cannot hold become "�". */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  const clean = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/gu, "\ufffd");
  return clean.replaceAll(/[&<>"\n\t]/g, (character) => ENTITIES[character] ?? "");
}
