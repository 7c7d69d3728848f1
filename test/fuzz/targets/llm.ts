import sharp from "sharp";
import { z } from "zod";
import { askCritique } from "../../../src/agent/model/ask-critique.ts";
import { askIntents } from "../../../src/agent/model/ask-intents.ts";
import type { Rung } from "../../../src/agent/model/ladder.ts";
import { Model } from "../../../src/agent/model/model.ts";
import { plannerOf } from "../../../src/agent/model/planner.ts";
import { SHIPPED_PROFILES } from "../../../src/agent/model/profiles/shipped.ts";
import { completionOf } from "../../../src/agent/model/stream.ts";
import type { Wire } from "../../../src/agent/model/wire.ts";
import type { ToolAnswer } from "../../../src/agent/port.ts";
import { type CallStep, type HistoryItem, type TurnState, withItem } from "../../../src/agent/state.ts";
import type { Preview } from "../../../src/engine/api.ts";
import { EditError } from "../../../src/errors.ts";
import { TOOLS } from "../../../src/tools/index.ts";
import { damaged } from "../bytes.ts";
import { damagedJson } from "../json.ts";
import type { Target } from "../target.ts";

const call = (name: string, args: unknown) => ({ id: "c1", function: { name, arguments: JSON.stringify(args) } });
const said = (message: object, finish = "stop") => ({ choices: [{ message, finish_reason: finish }] });
const STEP = {
  say: "I move it",
  tool: "preview_edit",
  args: { operations: [{ regionId: "reg_1", motion: { type: "relocation", by: [10, 0] } }] },
};
const MARKS = {
  goal: 7,
  artefacts: "8/10",
  preservation: 9.5,
  verdict: "retry",
  change: { what: "grow-mask", why: "rim" },
};
const INTENTS = {
  background: "a field",
  candidates: [{ types: ["relocation"], prompt: "a box further right", reason: "r", confidence: 0.8 }],
};
const CHUNKS = [
  { choices: [{ delta: { content: "{" } }] },
  {
    choices: [
      {
        delta: { tool_calls: [{ index: 0, id: "a", function: { name: "look", arguments: "{}" } }] },
        finish_reason: "stop",
      },
    ],
  },
];
const SEEDS = [
  said({ content: "Done." }),
  said({ content: null, tool_calls: [call("select_region", { box_2d: [10, 10, 200, 200] })] }),
  said({ tool_calls: [call("ask_person", { question: "Which?", choices: ["a", "b"] })] }),
  said({ content: `\`\`\`json\n${JSON.stringify(STEP)}\n\`\`\`` }),
  said({ content: `<think>hm</think>{"name": "look", "arguments": {"overlay": "grid"}}` }),
  said({ content: JSON.stringify(MARKS) }),
  said({ content: JSON.stringify(INTENTS) }, "length"),
  said({ refusal: "no" }, "content_filter"),
  CHUNKS,
];
const WORDS = [
  "```json\n",
  "<think>",
  "</think>",
  "{",
  "}",
  '"',
  "\\",
  "'",
  "/*",
  "//",
  "None",
  "...",
  "\\u",
  "{'a': ",
  "[",
  "]",
  ",",
];

const HOW: Pick<Target, "codes" | "seeds" | "mutate"> = {
  codes: ["model-endpoint"],
  seeds: () => SEEDS.map((seed) => Buffer.from(JSON.stringify(seed))),
  mutate(input, other, dice) {
    if (dice.once(2)) return damagedJson(input, other, dice);
    return withContent(input, (text) =>
      Buffer.from(dice.once(2) ? damagedJson(text, text, dice) : damaged(text, other, dice, WORDS)),
    );
  },
};

/** Whatever an endpoint sends, to the step that is read from it. */
export const llm: Target = {
  name: "llm",
  share: 2,
  ...HOW,
  open: () => async (input) => {
    const answer = parsed(Buffer.from(input).toString());
    if (Array.isArray(answer)) return void (await completionOf(chunks(answer), () => {}).catch(expected));
    for (const rung of ["tools", "schema", "prompt"] as const) await planned(answer, rung);
  },
};

/** The same, to the marks or the intents: questions with pictures, which cost more than their answers. */
export const llmPictures: Target = {
  name: "llm-pictures",
  share: 2,
  ...HOW,
  async open() {
    const data = await sharp({ create: { width: 48, height: 32, channels: 3, background: "#345" } })
      .webp()
      .toBuffer();
    const preview: Preview = { data, mimeType: "image/webp", width: 48, height: 32 };
    return (input) => asked(parsed(Buffer.from(input).toString()), preview);
  },
};

const contentSchema = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })], z.unknown()),
});

/** The input with its content changed, where it has one. */
function withContent(input: Uint8Array, change: (text: Uint8Array) => Uint8Array): Uint8Array {
  const value = parsed(Buffer.from(input).toString());
  const content = contentSchema.safeParse(value).data?.choices[0].message.content;
  if (content === undefined) return change(input);
  return Buffer.from(JSON.stringify(said({ content: Buffer.from(change(Buffer.from(content))).toString() })));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return said({ content: text });
  }
}

async function* chunks(list: readonly unknown[]) {
  yield* list;
}

function expected(error: unknown): void {
  if (!(error instanceof Error) || error.name !== "WireError") throw error;
}

const signal = new AbortController().signal;
const quiet = { signal, onEvent: () => {} };

function modelOf(answer: unknown, rung: Rung): Model {
  const wire: Wire = { host: "test", isLocal: true, send: async () => answer };
  const profile = SHIPPED_PROFILES.find(({ name }) => name === "gemini");
  if (profile === undefined) throw new Error("Expected a profile named gemini");
  return new Model({ name: "m", wire, profile, abilities: {}, retries: 0, rung });
}

const STATE: TurnState = {
  request: "move it right",
  picture: { id: "img_1", width: 480, height: 320, shownWidth: 480, shownHeight: 320 },
  selection: undefined,
  thread: undefined,
  past: [],
  memory: { turns: [] } as unknown as TurnState["memory"], // no planner that asks a model reads it
  tools: TOOLS.map(({ name, description, inputJsonSchema }) => ({ name, description, inputSchema: inputJsonSchema })),
  quality: "preview",
  seed: 1,
  model: undefined,
  round: 1,
  history: [],
};

/** A step, and the next one with the first in its history. */
async function planned(sent: unknown, rung: Rung): Promise<void> {
  const planner = plannerOf("model", async () => modelOf(sent, rung));
  const step = await planner.next(STATE, quiet).catch(refusedOnly);
  if (step === undefined || step.type !== "call") return;
  const call: CallStep = step;
  JSON.stringify(call.args);
  const answer: ToolAnswer = { structured: {}, text: "no", images: [], isError: true };
  const item: HistoryItem = { type: "tool", call, answer };
  await planner.next(withItem(STATE, item), quiet).catch(refusedOnly);
}

async function asked(answer: unknown, preview: Preview): Promise<void> {
  const model = modelOf(answer, "prompt");
  const items = [{ label: "a", box: [1, 1, 9, 9] as const, centroid: [5, 5] as const, target: [9, 9] as const }];
  await askIntents({ original: preview, overlay: preview, items } as never, model, quiet).catch(refusedOnly);
  const gates = { sourceCleared: 1, targetArrived: 1, seamEnergy: 1, fillTexture: 1, fillPlausible: 1, score: 1 };
  const question = { before: preview, after: preview, overlay: preview, diff: preview, gates, goal: "g" };
  await askCritique(question as never, model, quiet).catch(refusedOnly);
}

function refusedOnly(error: unknown): undefined {
  if (error instanceof EditError && error.code === "model-endpoint" && error.message.length < 3000) return undefined;
  throw error;
}
