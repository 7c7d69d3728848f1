/** Each bound of a turn ends it with a sentence that says which, and the best result so far is kept. */
import { describe, expect, it } from "vitest";
import { runTurn } from "../../src/agent/loop.ts";
import type { Budget } from "../../src/agent/model/spend.ts";
import type { Planner } from "../../src/agent/planner.ts";
import { inTurn, job, POOR, said, scriptedPort } from "./scripted-port.ts";

const BETTER = { ...POOR, score: 0.6 };
const operations = [{ regionId: "region-1", motion: { type: "relocation", by: [-40, 0] } }];

/** Tries again and again; each plan costs 500 tokens and 2 cents, and some retries are the loop's own and cost nothing. */
const planner: Planner = {
  name: "model",
  rounds: 3,
  async next(_, { onEvent }) {
    const money = { amount: 0.02, currency: "USD" };
    onEvent({ type: "model-usage", inputTokens: 400, outputTokens: 100, money });
    return { type: "call", tool: "start_edit", args: { imageId: "image-1", operations }, why: "it: move 40 px left" };
  },
};

describe.each<[string, Budget, number, RegExp]>([
  ["rounds", { rounds: 2 }, 2, /Not every measure was reached: source cleared 0\.10 \(wanted at least 0\.5\)/],
  ["seconds", { rounds: 9, seconds: 150 }, 3, /Stopped: 150 s have passed\./],
  ["tokens", { rounds: 9, tokens: 900 }, 3, /Stopped: 1000 of 900 tokens were used\./],
  ["money", { rounds: 9, money: 0.05 }, 4, /Stopped: 0\.0600 of 0\.05 USD were spent\./],
])("%s", (_, budget, edits, sentence) => {
  it("end the turn and keep the best", async () => {
    let clock = 0;
    const made = [job("edit-1", BETTER), ...["edit-2", "edit-3", "edit-4"].map((id) => job(id, POOR))];
    const next = inTurn(...made);
    const port = scriptedPort({
      look: () => said({ width: 800, height: 600, shownWidth: 400, shownHeight: 300 }),
      start_edit: (args, options) => {
        clock += 60_000;
        return next(args, options);
      },
    });
    const outcome = await runTurn({ request: "left", imageId: "image-1", port, planner, budget, now: () => clock });
    expect(outcome).toMatchObject({ ok: true, accepted: false, editId: "edit-1", used: { rounds: edits } });
    expect(outcome.text).toMatch(sentence);
    expect(port.argsOf("start_edit")).toHaveLength(edits);
  });
});
