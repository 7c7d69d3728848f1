import { describe, expect, it } from "vitest";
import { NOTHING_SPENT } from "../../src/agent/model/spend.ts";
import { judge, type Limits, missedText, spent } from "../../src/agent/stopping.ts";
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

describe("spent", () => {
  const used = { steps: 3, rounds: 1, seconds: 10, spend: { ...NOTHING_SPENT, inputTokens: 900, outputTokens: 100 } };
  it.each<[string, Partial<Limits>, string | undefined]>([
    ["nothing is reached", {}, undefined],
    ["steps are over", { steps: 3 }, "3 steps were taken"],
    ["the time is over", { budget: { seconds: 10 } }, "10 s have passed"],
    ["tokens are over", { budget: { tokens: 1000 } }, "1000 of 1000 tokens were used"],
    ["the rounds are the loop's own to count", { budget: { rounds: 1 } }, undefined],
    ["no price is known", { budget: { money: 0.01 } }, undefined],
  ])("when %s", (_, limits, reason) => {
    expect(spent({ steps: 10, budget: {}, ...limits }, used)).toBe(reason);
  });

  it("counts money where the price is known", () => {
    const spend = { ...used.spend, money: { amount: 0.02, currency: "USD" } };
    expect(spent({ steps: 10, budget: { money: 0.01 } }, { ...used, spend })).toBe("0.0200 of 0.01 USD were spent");
  });
});
