import { expect, it } from "vitest";
import { memoryText } from "../../src/cli/dry-run.ts";

it("says how much memory a model takes and how it runs", () => {
  expect(memoryText({ bytes: 3 * 2 ** 29, execution: "whole" })).toBe(
    "Estimated memory: 1.5 GiB, the model as a whole",
  );
  expect(memoryText({ bytes: 7 * 2 ** 30, execution: "layerwise" })).toBe(
    "Estimated memory: 7.0 GiB, block by block, beside weights mapped from their files",
  );
});
