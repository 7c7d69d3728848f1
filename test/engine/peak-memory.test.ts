import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { peakMemoryBytes } from "../../src/engine/peak-memory.ts";

const MIB = 2 ** 20;

test("the peak stays when the memory is given back", () => {
  let held: Buffer | undefined = Buffer.alloc(200 * MIB, 1);
  const before = peakMemoryBytes();
  expect(before).toBeGreaterThan(held.length);
  held = undefined;
  expect(peakMemoryBytes()).toBeGreaterThanOrEqual(before);
});

test.runIf(process.platform === "linux")("a child's peak is its own, not that of who started it", () => {
  const held = Buffer.alloc(400 * MIB, 1);
  const module = new URL("../../src/engine/peak-memory.ts", import.meta.url).href;
  const script = `import { peakMemoryBytes } from ${JSON.stringify(module)}; console.log(peakMemoryBytes());`;
  const said = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect(Number(said)).toBeLessThan(held.length);
  expect(Number(said)).toBeGreaterThan(20 * MIB);
});
