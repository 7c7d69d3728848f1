import { describe, expect, it } from "vitest";
import { csvText } from "../../src/evals/formats/csv.ts";
import { junitText } from "../../src/evals/formats/junit.ts";
import { markdownText } from "../../src/evals/formats/markdown.ts";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import { runOf } from "../helpers/eval-run.ts";

const run = runOf(3, { name: 'a "<b>" & =1+1' });
const columns = SCORERS.filter(({ name }) => name in { score: 1, seconds: 1 });
const wish = { scorers: columns, labels: new Map([["nothing", "do nothing"]]) };

describe("formats", () => {
  it("CSV: a row for each method; a cell is no formula", () => {
    const rows = csvText(runOf(2, { name: "=1+1" }), columns)
      .trim()
      .split("\n");
    expect(rows[0]).toBe("suite,case,trial,image,tags,status,method,score,seconds");
    expect(rows).toHaveLength(1 + 2 * 2);
    expect(rows[1]).toMatch(/^made,'=1\+1 0,1,photo\.png,/);
  });

  it("JUnit: one test for each trial, failures and errors counted, markup escaped", () => {
    const text = junitText(run);
    expect(text).toContain('<testsuites tests="3" failures="1" errors="1"');
    expect(text.match(/<testcase /g)).toHaveLength(3);
    expect(text).toContain('name="a &quot;&lt;b&gt;&quot; &amp; =1+1 0"');
    expect(text).toContain('<failure type="expectations" message="expected score of at least 0.9, got 0.500">');
    expect(text).not.toMatch(/<b>/);
  });

  it("Markdown: means with intervals, what did not pass, and no markup of the cases' own", () => {
    const text = markdownText(run, wish);
    expect(text).toContain("|  | score ↑ | s ↓ |");
    expect(text).toMatch(/\| edit \| \*\*0\.\d{3}\*\* \[0\.\d{3}, 0\.\d{3}\] \|/);
    expect(text).toContain("## Did not pass");
    expect(text).not.toContain("<b>");
  });
});
