import { describe, expect, test } from "vitest";
import { checkAdapter, settingsFor } from "../../../src/engine/edit/quality.ts";
import { settingsSchema } from "../../../src/engine/models/settings-schema.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";

const bundle = settingsSchema.parse({
  features: ["DOUBLE-0-2"],
  hookDoubles: [0],
  hookSingles: [],
  skip: 6,
  fastSkip: 20,
});
const recipe = (quality: string, options = {}, motion: object = { type: "relocation", by: [9, 0] }) =>
  parseRecipe({ operations: [{ region: { box: [0, 0, 9, 9] }, motion }], quality, options });

describe("what a quality makes of the settings", () => {
  test("full leaves them, fast starts late and does not iterate", () => {
    expect(settingsFor(bundle, recipe("full"))).toMatchObject({ skip: 6, transportIterations: 50 });
    expect(settingsFor(bundle, recipe("fast"))).toMatchObject({ skip: 20, change: "vacated", transportIterations: 0 });
  });

  test("a recipe's options win", () => {
    expect(settingsFor(bundle, recipe("fast", { fastSkip: 15 })).skip).toBe(15);
    expect(settingsFor(bundle, recipe("fast", { skip: 12 })).skip).toBe(12);
    expect(settingsFor(bundle, recipe("fast", { transportIterations: 3 })).transportIterations).toBe(3);
  });

  test("the published code's fidelity starts from the inversion and replays, unless told otherwise", () => {
    const warm = { ...bundle, init: "warp", condition: "vacated", kv: "off" } as const;
    const paper = { init: "inversion", condition: "edit-area", change: "edit-area", kv: "on" };
    expect(settingsFor(warm, recipe("full", { fidelity: "paper code" }))).toMatchObject(paper);
    expect(settingsFor(warm, recipe("full", { fidelity: "paper code", kv: "off" })).kv).toBe("off");
    expect(settingsFor(warm, recipe("full"))).toMatchObject({ init: "warp", kv: "off" });
  });

  test("from the inverted picture a bundle's rate for it serves, unless the recipe has rates", () => {
    const warm = { ...bundle, init: "warp", lrTransport: 300, lrIntensify: 300, lrInversion: 10_000 } as const;
    const rates = (options: object) => settingsFor(warm, recipe("full", options));
    expect(rates({})).toMatchObject({ lrTransport: 300, lrIntensify: 300 });
    expect(rates({ fidelity: "paper code" })).toMatchObject({ lrTransport: 10_000, lrIntensify: 10_000 });
    expect(rates({ init: "inversion" })).toMatchObject({ lrTransport: 10_000, lrIntensify: 10_000 });
    expect(rates({ init: "inversion", lrTransport: 7 })).toMatchObject({ lrTransport: 7, lrIntensify: 10_000 });
    expect(rates({ init: "inversion", lrInversion: 50 })).toMatchObject({ lrTransport: 50, lrIntensify: 50 });
    expect(settingsFor({ ...bundle, lrTransport: 300 }, recipe("full")).lrTransport).toBe(300);
  });

  test.each([[{ adapter: "on" }], [{ adapterScale: 0.5 }]])(
    "%o is refused where the model has no adapter",
    (options) => {
      expect(() => checkAdapter(recipe("full", options), false)).toThrow(
        expect.objectContaining({ code: "recipe-invalid", message: expect.stringMatching(/got "mini" without one/) }),
      );
      expect(() => checkAdapter(recipe("full", options), true)).not.toThrow();
      expect(() => checkAdapter(recipe("full", { ...options, adapter: "off" }), false)).not.toThrow();
      expect(() => checkAdapter(recipe("full"), false)).not.toThrow();
    },
  );

  test("a start beyond the steps is refused", () => {
    expect(() => settingsFor(bundle, recipe("fast", { fastSkip: 25 }))).toThrow(/skip less than numSteps 25, got 25/);
  });

  test("the published code's fidelity knows no scale", () => {
    const scaled = recipe("full", { fidelity: "paper code" }, { type: "scale", factor: 2 });
    expect(() => settingsFor(bundle, scaled)).toThrow(/got scale/);
  });
});
