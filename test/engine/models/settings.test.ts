import { describe, expect, test } from "vitest";
import { adapterScales, parseSettings, withOptions } from "../../../src/engine/models/settings.ts";
import { settingsSchema } from "../../../src/engine/models/settings-schema.ts";

const FILE = { features: ["DOUBLE-1-0"], hookDoubles: [0], hookSingles: [2] };
const BLOCKS = { doubles: 2, singles: 4 };
const settings = parseSettings(FILE, "dragflow.json");

describe("a recipe's options", () => {
  test("win over the bundle's settings, which stay for the rest", () => {
    const merged = withOptions(settings, { numSteps: 10, kv: "off", hookSingles: [] }, BLOCKS);
    expect(merged).toEqual({ ...settings, numSteps: 10, kv: "off", hookSingles: [] });
    expect(withOptions(settings, {})).toEqual(settings);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["an unknown name", { stepps: 3 }, 'Expected only known keys at options, got unknown "stepps"'],
    [
      "a word outside a list",
      { solver: "rk4" },
      'Expected "fireflow" or "midpoint" or "euler" at options.solver, got "rk4"',
    ],
    ["a word for a switch", { kv: true }, 'Expected "on" or "off" at options.kv, got true'],
    ["a text for a number", { numSteps: "25" }, 'Expected a number at options.numSteps, got "25"'],
    ["a fraction for a count", { numSteps: 2.5 }, "Expected a whole number at options.numSteps, got 2.5"],
    ["null where it means nothing", { lrTransport: null }, "Expected a number at options.lrTransport, got null"],
    ["a number too large", { workingSize: 4096 }, "Expected a number of at most 2048 at options.workingSize, got 4096"],
    ["no step size", { lrTransport: 0 }, "Expected a number of more than 0 at options.lrTransport, got 0"],
    ["a drag after the last step", { numSteps: 6 }, "Expected options with skip less than numSteps 6, got 6"],
    [
      "a feature of a block beyond",
      { features: ["DOUBLE-2-0"] },
      "Expected options with features of double blocks below 2, got block 2",
    ],
    [
      "shares of the adapter for other blocks than there are",
      { adapterBlocks: [1, 1, 0.5] },
      "Expected options with adapterBlocks for the 2 double blocks or for all 6 blocks, got 3",
    ],
    [
      "an adapter that takes away",
      { adapterBlocks: [1, -1] },
      "Expected a number of at least 0 at options.adapterBlocks[1], got -1",
    ],
    ["replay in a block beyond", { hookDoubles: [0, 2] }, "Expected options with hookDoubles below 2, got 2"],
  ])("%s is refused", (_name, options, message) => {
    expect(() => withOptions(settings, options, BLOCKS)).toThrow(
      expect.objectContaining({ name: "EditError", code: "recipe-invalid", message }),
    );
  });

  test("an adapter's scale is one number, or one for each block", () => {
    const scales = (options: Record<string, unknown>) => adapterScales(withOptions(settings, options, BLOCKS));
    expect(scales({ adapterScale: 0.5 })).toBe(0.5);
    expect(scales({ adapterScale: 0.5, adapterBlocks: [2, 0] })).toEqual([1, 0]);
    expect(scales({ adapter: "on", adapterBlocks: [1, 1, 1, 1, 0, 2] })).toEqual([1, 1, 1, 1, 0, 2]);
    expect(scales({ adapterScale: 2, adapter: "off", adapterBlocks: [1, 1] })).toEqual([0, 0]);
  });

  test("no guidance is refused where the model has an embedding for it, and nowhere else", () => {
    const none = { samplingGuidance: null, inversionGuidance: null };
    expect(() => withOptions(settings, none, { ...BLOCKS, guidance: true })).toThrow(
      "Expected options with a number for inversionGuidance, as the model has a guidance embedding, got null",
    );
    expect(withOptions(settings, none, { ...BLOCKS, guidance: false })).toMatchObject(none);
  });

  test("the refusal lists every option", () => {
    for (const name of Object.keys(settingsSchema.shape)) {
      expect(() => withOptions(settings, { unknown: 1 })).toThrow(
        expect.objectContaining({ hint: expect.stringMatching(new RegExp(`[ ,]${name}[,.]`)) }),
      );
    }
  });

  test("a working size that is no multiple of 16 says so", () => {
    expect(() => withOptions(settings, { workingSize: 250 })).toThrow(/16.*options\.workingSize, got 250/);
  });

  test("a feature that is no tap of a double block is refused", () => {
    expect(() => withOptions(settings, { features: ["SINGLE-0-0"] })).toThrow(
      /options\.features\[0\], got "SINGLE-0-0"/,
    );
  });
});
