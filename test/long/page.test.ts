import { expect, it } from "vitest";
import { type Told, withSection } from "../../scripts/long/page.ts";

const KILLS: Told = {
  name: "kills",
  says: "things are killed",
  seed: 7,
  seconds: 90,
  commit: "abc1234",
  machine: "2 x a processor, 4 GiB, Node 20",
  date: "2025-01-02",
  runs: 100,
  faults: [],
  figures: { "kills of the server": 30 },
};

it("puts a part's section at the end, and in its place when it ran again", () => {
  const soak = { ...KILLS, name: "soak", faults: ["heap grew"], figures: {} };
  const both = withSection(withSection("# Page\n", KILLS), soak);
  expect(both).toMatch(/^# Page\n\n### kills\n[\s\S]*\n### soak\n/);
  expect(both).toContain("100 runs, **no fault**; seed 7, 90 s, commit `abc1234`, 2025-01-02; 2 x a processor");
  expect(both).toContain("**1 fault**");
  expect(both).toContain("- heap grew");
  const again = withSection(both, { ...KILLS, runs: 5 });
  expect(again.replace("5 runs", "100 runs")).toBe(both);
  expect(withSection(again, soak)).toBe(again);
});
