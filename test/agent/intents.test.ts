import { describe, expect, it } from "vitest";
import { Conversation } from "../../src/agent/conversation.ts";
import { withIntents } from "../../src/agent/intents.ts";
import { runTurn } from "../../src/agent/loop.ts";
import type { Planner } from "../../src/agent/planner.ts";
import { inTurn, job, PIXEL, refused, said, scriptedPort } from "./scripted-port.ts";

const selection = { regionId: "region-7", box: [100, 100, 200, 200], centroid: [150, 150] } as const;
const SELECTED = { ...selection, box: [...selection.box], centroid: [...selection.centroid] } as {
  regionId: string;
  box: [number, number, number, number];
  centroid: [number, number];
};
const operations = [{ regionId: "region-7", motion: { type: "relocation", by: [-40, 10] } }];
const planner: Planner = {
  name: "model",
  rounds: 3,
  next: async () => ({
    type: "call",
    tool: "start_edit",
    args: { imageId: "image-1", operations, prompt: "own" },
    why: "left",
  }),
};

function candidate(prompt: string, confidence: number, motion: { type: string } = MOVE) {
  const operations = [{ regionId: "region-7", motion }];
  return { candidateId: `cand-${prompt}`, number: 1, types: [motion.type], operations, prompt, reason: "", confidence };
}
const MOVE = { type: "relocation", by: [-40, 10] };
const GIVE = { type: "deformation", by: [-40, 10] };
const TURN = { type: "rotation", to: [110, 160], about: [150, 190] };

function port(...candidates: object[]) {
  return scriptedPort({
    start_edit: inTurn(job("edit-1"), job("edit-2")),
    propose_intents: () =>
      said({ imageId: "image-1", from: "model", sourcePrompt: "a cup on a table", candidates }, "", PIXEL),
  });
}

const turn = (tools: ReturnType<typeof scriptedPort>, quality?: "preview") =>
  runTurn({
    request: "move the cup a bit to the left",
    imageId: "image-1",
    selection: SELECTED,
    port: tools,
    planner: withIntents(planner),
    ...(quality && { quality }),
  });

describe("intents before a model's first edit", () => {
  it("are asked of the region and where it goes, and the best one's prompts reach the edit", async () => {
    const tools = port(candidate("a cup at the right", 0.3), candidate("a cup at the left", 0.8));
    const outcome = await turn(tools);
    expect(tools.argsOf("propose_intents")).toEqual([
      {
        imageId: "image-1",
        items: [{ regionId: "region-7", target: [110, 160] }],
        request: "move the cup a bit to the left",
      },
    ]);
    expect(tools.argsOf("start_edit")).toMatchObject([
      { operations, prompt: "a cup at the left", sourcePrompt: "a cup on a table" },
    ]);
    expect(outcome.events).toContainEqual({
      type: "intents",
      background: "a cup on a table",
      candidates: [
        { types: ["relocation"], prompt: "a cup at the left", confidence: 0.8 },
        { types: ["relocation"], prompt: "a cup at the right", confidence: 0.3 },
      ],
    });
  });

  it("are the person's to choose from, with the pictures, where two are close", async () => {
    const tools = port(
      candidate("the cup stands", 0.5),
      candidate("the cup tips over", 0.45, TURN),
      candidate("no cup", 0.1),
    );
    const chat = new Conversation({
      imageId: "image-1",
      selection: SELECTED,
      port: tools,
      planner: withIntents(planner),
    });
    const asked = await chat.say("move the cup a bit to the left");
    expect(asked).toMatchObject({
      ok: false,
      refused: { code: "selection-needed" },
      question: { image: { data: PIXEL } },
    });
    expect(asked.question?.choices).toMatchObject([
      { say: "relocation: the cup stands", intent: { candidateId: "cand-the cup stands" } },
      { say: "rotation: the cup tips over", intent: { candidateId: "cand-the cup tips over" } },
    ]);
    expect(tools.argsOf("start_edit")).toEqual([]);
    expect(await chat.say("2")).toMatchObject({ ok: true, editId: "edit-1" });
    expect(tools.argsOf("start_edit")).toMatchObject([
      { prompt: "the cup tips over", sourcePrompt: "a cup on a table", operations: [{ motion: TURN }] },
    ]);
    expect(tools.argsOf("propose_intents")).toHaveLength(1);
  });

  it("decide whether a thing moves or gives way, but never what the words said", async () => {
    const gives = port(candidate("a bent cup", 0.8, GIVE));
    await turn(gives);
    expect(gives.argsOf("start_edit")).toMatchObject([{ prompt: "a bent cup", operations: [{ motion: GIVE }] }]);
    const turns = port(candidate("a tipped cup", 0.8, TURN));
    await turn(turns);
    expect(turns.argsOf("start_edit")).toMatchObject([{ prompt: "a tipped cup", operations: [{ motion: MOVE }] }]);
  });

  it.each<[string, () => ReturnType<typeof scriptedPort>]>([
    ["geometry alone proposes", () => port({ ...candidate("", 0.5) })],
    [
      "geometry repeats the request, however close its readings are",
      () => {
        const candidates = [candidate("left", 0), candidate("left", 0, TURN)];
        return scriptedPort({ propose_intents: () => said({ from: "geometry", sourcePrompt: "", candidates }) });
      },
    ],
    ["the tool refuses", () => scriptedPort({ propose_intents: () => refused("target-outside: Too far") })],
    ["there is no such tool", () => scriptedPort()],
  ])("change nothing when %s", async (_, tools) => {
    const script = tools();
    expect(await turn(script)).toMatchObject({ ok: true });
    expect(script.argsOf("start_edit")).toMatchObject([{ prompt: "own" }]);
  });

  it("are not asked for a preview, which no model makes", async () => {
    const tools = port(candidate("a cup at the left", 0.8));
    await turn(tools, "preview");
    expect(tools.argsOf("propose_intents")).toEqual([]);
  });
});
