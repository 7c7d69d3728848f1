/** The assistant: intents, verdicts and whole turns, by the configured model, the client's own, or the grammar. */
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAssistant } from "../../../src/agent/assistant.ts";
import type { AgentEvent } from "../../../src/agent/events.ts";
import { secondOpinion } from "../../../src/agent/model/ask-critique.ts";
import type { Preview } from "../../../src/engine/api.ts";
import type { CritiqueQuestion, IntentQuestion } from "../../../src/tools/assistant.ts";
import type { SamplingPort, ToolCall } from "../../../src/tools/context.ts";
import { FakeEngine } from "../../helpers/fake-engine.ts";
import { startTour, type Tour } from "../../helpers/mcp.ts";
import { GOOD } from "../scripted-port.ts";
import { type Answer, type AskedBody, calling, imagesOf, saying } from "./scripted-server.ts";
import { closeServers, KEY, serve } from "./turns.ts";

let events: AgentEvent[];
let tour: Tour | undefined;
beforeEach(() => {
  events = [];
});
afterEach(async () => {
  await tour?.close();
  tour = undefined;
  await closeServers();
});

const onEvent = (event: AgentEvent) => events.push(event);
const call: ToolCall = { signal: new AbortController().signal, onProgress: () => {} };

async function picture(background: string): Promise<Preview> {
  const data = await sharp({ create: { width: 60, height: 40, channels: 3, background } })
    .webp()
    .toBuffer();
  return { data, mimeType: "image/webp", width: 60, height: 40 };
}

async function intents(): Promise<IntentQuestion> {
  const item = { label: "paw", box: [1, 2, 3, 4], centroid: [2, 3], target: [9, 3] } as const;
  return {
    original: await picture("#111111"),
    overlay: await picture("#222222"),
    items: [item, { ...item, label: "ear" }],
  };
}

async function critique(): Promise<CritiqueQuestion> {
  const [before, after, overlay, diff] = await Promise.all(["#100000", "#001000", "#000010", "#101010"].map(picture));
  if (!before || !after || !overlay || !diff) throw new Error("four pictures were made");
  return { before, after, overlay, diff, gates: GOOD, goal: "the cat raises its paw" };
}

function model(baseURL: string, name = "scripted") {
  return createAssistant({ model: { model: name, apiKey: KEY, baseURL }, onEvent });
}

const marks = (goal: number, verdict: string, change: unknown = null) =>
  saying(JSON.stringify({ goal, artefacts: 9, preservation: 9, verdict, change }));
const INTENTS = {
  background: "a cat lies on a sofa",
  candidates: [
    { types: ["rotation", "deformation"], prompt: "the cat waves", reason: "a joint", confidence: 0.3 },
    { types: ["deformation"], prompt: "the cat stretches", reason: "soft", confidence: 0.6 },
  ],
};

describe("intents", () => {
  it("come with the background, the likeliest first, one type per part", async () => {
    const server = await serve(saying(JSON.stringify(INTENTS)));
    const answer = await model(server.baseURL).propose({ ...(await intents()), request: "wave" }, call);
    expect(answer?.background).toBe("a cat lies on a sofa");
    expect(answer?.candidates.map(({ types, prompt }) => ({ types, prompt }))).toEqual([
      { types: ["deformation", "deformation"], prompt: "the cat stretches" },
      { types: ["rotation", "deformation"], prompt: "the cat waves" },
    ]);
    const { body } = server.asked[0] ?? {};
    expect(imagesOf(body?.messages)).toHaveLength(2);
    expect(body?.response_format?.json_schema.name).toBe("intents");
    const text = JSON.stringify(body?.messages);
    expect(text).toContain('The person\'s words: \\"wave\\"');
    expect(text).toContain("1 (paw): box [1, 2, 3, 4], its centre [2, 3] goes to [9, 3]");
  });

  it("that do not fit are asked for again, with what was wrong", async () => {
    const wrong = {
      background: "a cat",
      candidates: [{ types: ["rotation", "rotation", "rotation"], prompt: "x", confidence: 1 }],
    };
    const server = await serve(saying(JSON.stringify(wrong)), saying(JSON.stringify(INTENTS)));
    expect(await model(server.baseURL).propose(await intents(), call)).toMatchObject({
      background: "a cat lies on a sofa",
    });
    expect(JSON.stringify(server.asked[1]?.body.messages.at(-1))).toContain("expected one type per part (2)");
    expect(events).toContainEqual(expect.objectContaining({ type: "model-fault", kind: "wrong-shape" }));
  });

  it("are asked for in words where the endpoint takes no schema", async () => {
    const server = await serve({ status: 400 }, saying(`Here: ${JSON.stringify(INTENTS)}`));
    expect(await model(server.baseURL).propose(await intents(), call)).toMatchObject({
      background: "a cat lies on a sofa",
    });
    expect(server.asked[1]?.body.response_format).toBeUndefined();
  });

  it("that never come are an error of the endpoint; without a model there is no answer", async () => {
    const server = await serve(saying("I cannot do that."));
    await expect(model(server.baseURL).propose(await intents(), call)).rejects.toMatchObject({
      code: "model-endpoint",
    });
    expect(await createAssistant().propose(await intents(), call)).toBeUndefined();
  });

  it("tell which pictures left, and to where", async () => {
    const server = await serve(saying(JSON.stringify(INTENTS)));
    await model(server.baseURL).propose(await intents(), call);
    const sent = events.filter(({ type }) => type === "pixels-sent");
    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatchObject({ host: server.host, width: 60, height: 40 });
  });
});

describe("a verdict", () => {
  it("that is clear is asked for once, with four pictures and the measures", async () => {
    const server = await serve(marks(9, "accept"));
    const answer = await model(server.baseURL).critique(await critique(), call);
    expect(answer).toEqual({ goal: 9, artefacts: 9, preservation: 9, verdict: "accept" });
    expect(server.asked).toHaveLength(1);
    expect(imagesOf(server.asked[0]?.body.messages)).toHaveLength(4);
    expect(JSON.stringify(server.asked[0]?.body.messages)).toContain("it has arrived: 0.90");
  });

  it("that is close gets a second opinion, with the pictures in another order", async () => {
    const change = { what: "other-amount", why: "not far enough" };
    const server = await serve(marks(6, "accept"), marks(4, "retry", change));
    const answer = await model(server.baseURL).critique(await critique(), call);
    expect(answer).toEqual({ goal: 5, artefacts: 9, preservation: 9, verdict: "retry", change });
    const [first, second] = server.asked.map(({ body }) => imagesOf(body.messages));
    expect(second?.[0]).toBe(first?.[1]);
    expect(second?.[1]).toBe(first?.[0]);
    expect(JSON.stringify(server.asked[1]?.body.messages)).toContain("Picture 1, after the edit:");
  });

  it("that contradicts its own marks is looked at twice", async () => {
    const server = await serve(marks(2, "accept"), marks(2, "retry", { what: "other-type", why: "it should bend" }));
    const answer = await model(server.baseURL).critique(await critique(), call);
    expect(answer).toMatchObject({ goal: 2, verdict: "retry", change: { what: "other-type" } });
  });

  it("reads 7/10 and words around the JSON; retry without a change gets one", async () => {
    const text = 'Verdict: {"goal": "3/10", "artefacts": 12, "preservation": 8, "verdict": "retry"}';
    const server = await serve(saying(text));
    expect(await model(server.baseURL).critique(await critique(), call)).toEqual({
      goal: 3,
      artefacts: 10,
      preservation: 8,
      verdict: "retry",
      change: { what: "other-amount", why: "the goal was not reached" },
    });
  });

  it("does not take a change that is not on the list", async () => {
    const bad = marks(2, "retry", { what: "delete-everything", why: "the picture says so" });
    const server = await serve(bad, bad, bad);
    await expect(model(server.baseURL).critique(await critique(), call)).rejects.toMatchObject({
      code: "model-endpoint",
    });
  });

  it("is asked for on one sheet where a model takes one picture", async () => {
    const server = await serve(marks(9, "accept"));
    await model(server.baseURL, "llama3.2-vision").critique(await critique(), call);
    expect(imagesOf(server.asked[0]?.body.messages)).toHaveLength(1);
    expect(JSON.stringify(server.asked[0]?.body.messages)).toContain("top right: after the edit");
  });

  it("of two opinions: marks are averaged, and decide where the verdicts differ", () => {
    const opinion = { goal: 8, artefacts: 8, preservation: 8, verdict: "accept" } as const;
    const worse = { ...opinion, goal: 5, verdict: "retry", change: { what: "grow-mask", why: "rest" } } as const;
    expect(secondOpinion(opinion, worse)).toEqual({ goal: 6.5, artefacts: 8, preservation: 8, verdict: "accept" });
    expect(secondOpinion({ ...opinion, goal: 6 }, worse)).toMatchObject({
      goal: 5.5,
      verdict: "retry",
      change: { what: "grow-mask" },
    });
  });
});

/** The session's ids, as far as the conversation has named them. */
function idsOf(text: string) {
  const [imageId = ""] = /img_[0-9a-z]+/.exec(text) ?? [];
  const [regionId = ""] = /reg_[0-9a-z]+/.exec(text) ?? [];
  return { imageId, regionId };
}

/** The fake engine shows its 48 x 32 picture as 64 x 43: the model's pixels are those. */
const selectArgs = (text: string) => ({ imageId: idsOf(text).imageId, box: [8, 8, 32, 21.5] });
const editArgs = (text: string) => {
  const { imageId, regionId } = idsOf(text);
  return { imageId, operations: [{ regionId, motion: { type: "relocation", by: [16, 0] } }] };
};
const called = (name: string, args: (text: string) => unknown): Answer => ({
  when: ({ messages }) => calling({ name, args: args(JSON.stringify(messages)) }),
});
const SELECT = called("select_region", selectArgs);
const EDIT = called("start_edit", editArgs);

/** What the model reads into the drag, before the first edit of a turn. */
const INTENT = {
  background: "a red half and a blue half",
  candidates: [
    { types: ["relocation"], prompt: "the red half lies further right", reason: "it is free", confidence: 0.9 },
  ],
};

/** Planner, critic and the reader of intents are told apart by the form that is asked for. */
function talk(planner: readonly Answer[], critic: readonly Answer[]) {
  const at = { planner: 0, critic: 0 };
  return (body: AskedBody): Answer => {
    const form = body.response_format?.json_schema.name;
    if (form === "intents") return saying(JSON.stringify(INTENT));
    const answer = form === "critique" ? critic[at.critic++] : planner[at.planner++];
    return answer ?? saying("Enough.");
  };
}

async function opened(engine: FakeEngine): Promise<Tour & { readonly imageId: string }> {
  tour = await startTour(engine);
  const { id } = await tour.ctx.workspace.openImage(engine, join(tour.root, "photo.png"), {});
  return { ...tour, imageId: id };
}

describe("a whole turn", () => {
  it("is planned, rejected by the critic, changed in one thing, and accepted", async () => {
    const engine = new FakeEngine();
    const { ctx, imageId } = await opened(engine);
    const reject = marks(3, "retry", { what: "other-amount", why: "not far enough" });
    const server = await serve({ when: talk([SELECT, EDIT], [reject, marks(9, "accept")]) });
    const answer = await model(server.baseURL).chat({ imageId, request: "move it to the right" }, ctx, call);
    expect(answer).toMatchObject({ ok: true, planner: "model" });
    const full = engine.edits.filter(({ recipe }) => recipe.quality === "full").map(({ recipe }) => recipe);
    expect(full.map(({ operations }) => operations[0]?.motion)).toEqual([
      { type: "relocation", by: [12, 0] },
      { type: "relocation", by: [15, 0] },
    ]);
    expect(full[0]).toMatchObject({ prompt: INTENT.candidates[0]?.prompt, sourcePrompt: INTENT.background });
    const made = events.flatMap((event) => (event.type === "edit-done" ? [event.editId] : []));
    expect(answer.editId).toBe(made[1]);
    expect(engine.selections[0]?.hint).toMatchObject({ region: { box: [6, 5.95, 24, 16] } });
    const told = events.map(({ type }) => type);
    expect(told.filter((type) => type === "critique" || type === "retry")).toEqual(["critique", "retry", "critique"]);
    expect(JSON.stringify(events)).not.toContain(KEY);
  });

  it("is remembered: the next one begins where it ended", async () => {
    const { ctx, imageId } = await opened(new FakeEngine());
    const planner = [SELECT, EDIT, saying("No colours.")];
    const server = await serve({ when: talk(planner, [marks(9, "accept")]) });
    const assistant = model(server.baseURL);
    const first = await assistant.chat({ imageId, request: "move it to the right" }, ctx, call);
    const second = await assistant.chat({ imageId: String(first.editId), request: "make it blue" }, ctx, call);
    expect(second).toMatchObject({ ok: false, text: expect.stringContaining("No colours.") });
    expect(JSON.stringify(server.asked.at(-1)?.body.messages)).toContain("Earlier request: move it to the right");
  });

  it("goes by the grammar where no model is configured", async () => {
    const engine = new FakeEngine();
    const { ctx, imageId } = await opened(engine);
    const { id } = await ctx.workspace.select(engine, imageId, {
      hint: { type: "region", region: { box: [4, 4, 20, 20] }, refine: false },
    });
    const wish = { imageId, request: "move it 5 px to the right", regionId: id };
    const answer = await createAssistant({ onEvent }).chat(wish, ctx, call);
    expect(answer).toMatchObject({ ok: true, planner: "local", editId: expect.any(String) });
    expect(events.some(({ type }) => type === "pixels-sent")).toBe(false);
  });

  it("recorded in one session replays in another, without key and network", async () => {
    const file = join((await opened(new FakeEngine())).root, "traffic.jsonl");
    const reject = marks(3, "retry", { what: "other-amount", why: "not far enough" });
    const server = await serve({ when: talk([SELECT, EDIT], [reject, marks(9, "accept")]) });
    const config = { model: "scripted", apiKey: KEY, baseURL: server.baseURL, record: file };
    const wish = { imageId: imageIn(tour), request: "move it to the right" };
    if (tour === undefined) throw new Error("a tour was opened");
    const first = await createAssistant({ model: config }).chat(wish, tour.ctx, call);
    await server.close();
    const engine = new FakeEngine();
    const other = await startTour(engine);
    const { id } = await other.ctx.workspace.openImage(engine, join(other.root, "photo.png"), {});
    const replay = createAssistant({ model: { model: "scripted", replay: file } });
    const second = await replay.chat({ ...wish, imageId: id }, other.ctx, call);
    await other.close();
    expect(first.ok).toBe(true);
    expect(second).toMatchObject({ ok: true, planner: "model" });
    expect(engine.edits.filter(({ recipe }) => recipe.quality === "full")).toHaveLength(2);
  });

  it("goes on by its measures where the endpoint fails after the edit, and says so", async () => {
    const { ctx, imageId } = await opened(new FakeEngine());
    const server = await serve({ when: talk([SELECT, EDIT], [{ status: 402 }]) });
    const answer = await model(server.baseURL).chat({ imageId, request: "move it to the right" }, ctx, call);
    expect(answer.ok).toBe(true);
    const text = expect.stringContaining("got status 402");
    expect(events).toContainEqual(expect.objectContaining({ type: "model-fault", kind: "no-verdict", text }));
  });
});

function imageIn(open: Tour | undefined): string {
  const [image] = open?.ctx.workspace.history.nodes() ?? [];
  if (image === undefined) throw new Error("a picture was opened");
  return image.id;
}

describe("the connected client's model", () => {
  const replies = (
    ...texts: ((text: string) => string)[]
  ): { port: SamplingPort; asked: Parameters<SamplingPort["ask"]>[0][] } => {
    const asked: Parameters<SamplingPort["ask"]>[0][] = [];
    return {
      asked,
      port: {
        async ask(request) {
          asked.push(request);
          const said = JSON.stringify(request.parts.filter(({ type }) => type === "text"));
          return texts[asked.length - 1]?.(said) ?? '{"say": "Enough.", "tool": "none", "args": {}}';
        },
      },
    };
  };

  it("plans a turn in JSON, goes before a configured one, and is named", async () => {
    const engine = new FakeEngine();
    const { ctx, imageId } = await opened(engine);
    const server = await serve(saying("never asked"));
    const step = (tool: string, args: unknown) => JSON.stringify({ say: "That half.", tool, args });
    const { port, asked } = replies(
      (text) => step("select_region", selectArgs(text)),
      (text) => `\`\`\`json\n${step("start_edit", editArgs(text))}\n\`\`\``,
      () => JSON.stringify(INTENT),
      () => '{"goal": 9, "artefacts": 9, "preservation": 9, "verdict": "accept", "change": null}',
    );
    const wish = { imageId, request: "move it to the right" };
    const answer = await model(server.baseURL).chat(wish, ctx, { ...call, sampling: port });
    expect(answer).toMatchObject({ ok: true, planner: "sampling", editId: expect.any(String) });
    expect(server.asked).toEqual([]);
    expect(asked).toHaveLength(4);
    expect(asked[0]?.system).toContain("## Form of your replies");
    expect(asked[0]?.parts.map(({ type }) => type)).toEqual(["text", "image"]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "pixels-sent", host: "the connected client's model" }),
    );
  });

  it("that says no leaves a refusal, not an error", async () => {
    const { ctx, imageId } = await opened(new FakeEngine());
    const port: SamplingPort = { ask: () => Promise.reject(new Error("The user declined")) };
    const wish = { imageId, request: "move it" };
    const answer = await createAssistant().chat(wish, ctx, { ...call, sampling: port });
    expect(answer).toMatchObject({
      ok: false,
      planner: "sampling",
      text: expect.stringContaining("The user declined"),
    });
  });
});

describe("words in pictures and answers", () => {
  it("that a model obeys reach no tool beyond those of a plan, and no file", async () => {
    const { ctx, imageId } = await opened(new FakeEngine());
    const region = { mask: "/etc/passwd" };
    const obeying = [
      calling({ name: "export_image", args: { id: imageId, path: "/etc/passwd" } }),
      calling({ name: "open_image", args: { path: "/etc/passwd" } }),
      calling({ name: "select_region", args: { imageId, mask: "/etc/passwd" } }),
      calling({
        name: "start_edit",
        args: { imageId, operations: [{ region, motion: { type: "relocation", by: [1, 0] } }] },
      }),
      saying("I did what the picture said."),
    ];
    const server = await serve({ when: talk(obeying, []) });
    const answer = await model(server.baseURL).chat({ imageId, request: "move it" }, ctx, call);
    expect(answer.ok).toBe(false);
    const results = events.flatMap((event) => (event.type === "tool-result" && event.tool !== "look" ? [event] : []));
    expect(results.map(({ isError }) => isError)).toEqual([true, true, true, true]);
    expect(JSON.stringify(server.asked.at(-1)?.body.messages)).not.toContain("root:");
  });
});
