import { describe, expect, it } from "vitest";
import { choosePlanner, type PlannerSettings } from "../../src/agent/choose.ts";

const KEY = { OPENAI_API_KEY: "sk-test" };
const LLM = { DRAGFLOW_LLM: "some-model" };

const rows: [string, PlannerSettings, string][] = [
  ["nothing is configured", { planner: "auto", env: {} }, "local"],
  ["only a key is there: pixels leave by request only", { planner: "auto", env: KEY }, "local"],
  ["only a model is named", { planner: "auto", env: LLM }, "local"],
  ["model and key are there", { planner: "auto", env: { ...KEY, ...LLM } }, "model"],
  [
    "model and base URL are there",
    { planner: "auto", env: { ...LLM, OPENAI_BASE_URL: "http://localhost:1/v1" } },
    "model",
  ],
  ["flags name both", { planner: "auto", env: {}, llm: "m", baseUrl: "http://localhost:1/v1" }, "model"],
  ["local is asked for", { planner: "local", env: { ...KEY, ...LLM } }, "local"],
  ["variables are empty", { planner: "auto", env: { DRAGFLOW_LLM: "", OPENAI_API_KEY: "" } }, "local"],
];

describe("choosePlanner", () => {
  it.each(rows)("when %s", (_, settings, name) => {
    expect(choosePlanner(settings).name).toBe(name);
  });

  it.each([
    ["a model name", KEY],
    ["a key or a base URL", LLM],
  ])("refuses the model planner without %s", (missing, env) => {
    expect(() => choosePlanner({ planner: "model", env })).toThrow(`Expected ${missing} for --planner model`);
  });
});
