import { expect, it } from "vitest";
import { limitsFrom } from "../../src/cli/limits.ts";

it.each([
  [{}, {}],
  [{ DRAGFLOW_MAX_PIXELS: "" }, {}],
  [{ DRAGFLOW_MAX_PIXELS: "5000" }, { maxPixels: 5000 }],
])("%o", (env, limits) => {
  expect(limitsFrom(env)).toEqual(limits);
});

it.each(["0", "-1", "1e6", "many"])("refuses %s", (text) => {
  expect(() => limitsFrom({ DRAGFLOW_MAX_PIXELS: text })).toThrow(`got "${text}"`);
});
