import { describe, expect, it } from "vitest";
import { isBetter, judge, missedText } from "../../src/agent/stopping.ts";
import type { Gates, Receipt } from "../../src/engine/api.ts";
import { GOOD } from "./scripted-port.ts";

const receipt: Receipt = {
  lossless: true,
  outsideChanged: 0,
  outsideSha256: "ab",
  outsidePixels: 9,
  editedBox: [0, 0, 1, 1],
  editableArea: 0.1,
};

describe("judge", () => {
  it.each<[string, Partial<Gates>, Partial<Receipt>, string[]]>([
    ["all is well", {}, {}, []],
    ["the source still shows", { sourceCleared: 0.2 }, {}, ["source cleared 0.20 (wanted at least 0.5)"]],
    ["the seam shows", { seamEnergy: 3 }, {}, ["seam energy 3.00 (wanted at most 2)"]],
    ["the fill is smeared", { fillTexture: 0.1 }, {}, ["fill texture 0.10 (wanted at least 0.3)"]],
    ["the outside changed", {}, { outsideChanged: 3 }, ["3 pixels outside the edit changed (wanted 0)"]],
    ["the format is lossy", {}, { outsideChanged: 3, lossless: false }, []],
  ])("when %s", (_, gates, read, missed) => {
    const verdict = judge({ gates: { ...GOOD, ...gates }, receipt: { ...receipt, ...read } });
    expect(verdict).toEqual({ accepted: missed.length === 0, missed });
    expect(missedText(verdict)).toBe(missed.length === 0 ? "" : `Not every measure was reached: ${missed[0]}.`);
  });
});

describe("isBetter", () => {
  const edit = (score: number) => ({ editId: "e", tier: "full", gates: { ...GOOD, score }, receipt }) as const;
  it("takes the higher score and keeps the first of equals", () => {
    expect(isBetter(edit(0.1), undefined)).toBe(true);
    expect(isBetter(edit(0.5), edit(0.4))).toBe(true);
    expect(isBetter(edit(0.4), edit(0.4))).toBe(false);
  });
});
