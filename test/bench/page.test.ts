import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { powerLaw } from "../../bench/fit.ts";
import { page } from "../../bench/page.ts";
import type { Report } from "../../bench/report.ts";
import { writeReport } from "../../bench/write-report.ts";

const spread = (median: number) => ({ median, low: 0.9 * median, high: 1.1 * median });
const points = [
  [1, 300],
  [48, 1100],
] as const;

function report({ load = 0.1, samples = [200, 195, 198] } = {}): Report {
  return {
    machine: {
      cpu: "A processor",
      threads: 2,
      memoryBytes: 2 ** 34,
      node: "v20",
      load,
      commit: "abc",
      date: "2026-01-01",
    },
    quick: false,
    failed: [],
    gemm: { peak: Math.max(...samples), samples },
    results: {
      start: { seconds: spread(1.2), stale: false },
      growth: [{ name: "peak memory", of: "megapixels", unit: "MiB", points, fit: powerLaw(points) }],
      passes: [
        {
          pass: "velocity",
          workingSize: 512,
          tokens: 1024,
          gflop: 30,
          seconds: spread(0.2),
          share: spread(0.7),
          graphShare: spread(0.75),
        },
      ],
    },
  };
}

it("says what was wanted, what was measured and whether that is enough", () => {
  const lines = page(report()).split("\n");
  const line = (words: string) => lines.find((one) => one.includes(words));
  expect(line("cold start")).toBe(
    "| command line: cold start to first progress | ≤ 1.5 s | 1.2 s (1.08 s–1.32 s) | yes |",
  );
  expect(line("of 48 megapixels")).toContain("| ≤ 2 GiB | 1.07 GiB | yes |");
  expect(line("transformer graphs")).toContain("(velocity) | ≥ 60 % | 75 % (68 %–83 %) | yes |");
  expect(line("trimmed PyTorch")).toContain("not measured");
});

it("says what failed", () => {
  const failed = [{ part: "growth", message: "no disk\nat line 3" }];
  expect(page({ ...report(), failed })).toContain('**The part "growth" failed:** no disk\n');
});

it("says when the machine was not quiet", () => {
  expect(page(report())).toContain("The machine was quiet.");
  expect(page(report({ load: 3 }))).toContain("not quiet (load 3.0");
  expect(page(report({ samples: [200, 120, 100] }))).toContain("the middle sample 60 % of the best");
});

it("lies in a folder with its figure, what was tried at its end", async () => {
  const docs = await mkdtemp(join(tmpdir(), "dragflow-docs-"));
  try {
    await writeReport(report(), docs);
    const text = await readFile(join(docs, "performance.md"), "utf8");
    expect(text).toContain("](performance.svg)");
    expect(text.trimEnd().endsWith((await readFile("bench/tried.md", "utf8")).trimEnd())).toBe(true);
    expect(await readFile(join(docs, "performance.svg"), "utf8")).toContain("Performance on A processor");
  } finally {
    await rm(docs, { recursive: true, force: true });
  }
});
