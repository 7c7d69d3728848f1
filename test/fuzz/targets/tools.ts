import { rmSync } from "node:fs";
import { join } from "node:path";
import type { CompareRequest, LookRequest, PlanRequest, SelectRequest } from "../../../src/engine/api.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { EditError, ERROR_CODES, isErrorCode } from "../../../src/errors.ts";
import { Workspace } from "../../../src/session/index.ts";
import { openRoots, TOOLS, type ToolContext } from "../../../src/tools/index.ts";
import { FakeEngine } from "../../helpers/fake-engine.ts";
import { photo } from "../../helpers/mcp.ts";
import { askTool, callTool } from "../../helpers/tool-call.ts";
import { damagedJson } from "../json.ts";
import { MASK } from "../recipes.ts";
import type { Target } from "../target.ts";

/** Stand for the ids of the session at hand, which are new each time. */
const IDS = { image: "$image", region: "$region", edit: "$edit", job: "$job" };
const motion = { type: "rotation", degrees: 10, about: [8, 8] };
const operations = [
  { regionId: IDS.region, motion, label: "sign" },
  { region: { box: [1, 1, 9, 9] }, motion: { type: "scale", factor: 2 } },
];
const edit = { imageId: IDS.image, operations, prompt: "p", sourcePrompt: "s", editable: { box: [0, 0, 40, 30] } };
const CALLS: readonly { readonly tool: string; readonly args: object }[] = [
  { tool: "open_image", args: { path: "photo.png" } },
  { tool: "open_image", args: { dataUri: MASK } },
  { tool: "look", args: { id: IDS.image, overlay: "marks", crop: [0, 0, 20, 20] } },
  {
    tool: "select_region",
    args: { imageId: IDS.image, box: [4, 4, 20, 20], label: "a", grow: 1, feather: 1, coordSpace: "pixel" },
  },
  {
    tool: "select_region",
    args: { imageId: IDS.image, points: [{ x: 3, y: 4 }], combine: { with: IDS.region, op: "union" } },
  },
  { tool: "select_region", args: { imageId: IDS.image, mask: MASK } },
  {
    tool: "propose_intents",
    args: { imageId: IDS.image, items: [{ regionId: IDS.region, target: [24, 24] }], request: "r" },
  },
  { tool: "preview_edit", args: edit },
  {
    tool: "start_edit",
    args: { ...edit, quality: "fast", model: "mini", seed: 1, options: { numSteps: 2 }, waitSeconds: 0 },
  },
  { tool: "job_status", args: { jobId: IDS.job, waitSeconds: 0 } },
  { tool: "cancel_job", args: { jobId: IDS.job } },
  { tool: "critique_edit", args: { editId: IDS.edit, goal: "g" } },
  { tool: "export_image", args: { id: IDS.edit, path: "out.png", format: "png", overwrite: true } },
  { tool: "history", args: { action: "list" } },
  { tool: "history", args: { action: "checkout", id: IDS.image } },
  { tool: "history", args: { action: "rename", name: "n", id: IDS.edit } },
  { tool: "history", args: { action: "export", path: "session.tar", overwrite: true } },
];

/** Every tool by its own entry, over an engine that makes no pictures. */
export const tools: Target = {
  name: "tools",
  codes: Object.keys(ERROR_CODES)
    .filter(isErrorCode)
    .filter((code) => code !== "engine-crashed" && code !== "out-of-memory"),
  seeds: () => CALLS.map((call) => Buffer.from(JSON.stringify(call))),
  mutate(input, other, dice) {
    // Another tool's arguments, now and then.
    const from = dice.once(10) ? Buffer.from(JSON.stringify({ ...dice.of(CALLS), tool: dice.of(TOOLS).name })) : input;
    return damagedJson(from, other, dice);
  },
  async open(dir) {
    let desk = await deskIn(dir);
    let calls = 0;
    return async (input) => {
      if (++calls % 500 === 0) desk = await deskIn(dir, desk);
      const { tool, args } = callIn(Buffer.from(input).toString(), desk.ids);
      const answer = await callTool(tool, args, desk.ctx);
      if (answer.ok) return;
      const { code, message } = answer.error;
      if (!isErrorCode(code)) throw new Error(`${tool}: ${message} ${desk.log.splice(0).join("\n")}`);
      throw new EditError(code, answer.text);
    };
  },
};

/** Looks at pictures as the real one does; an edit is a copy. */
class LookingEngine extends FakeEngine {
  readonly #real: LocalEngine;

  constructor(home: string) {
    super();
    this.#real = new LocalEngine({ home, threads: 1, maxPixels: 4_000_000 });
  }

  override inspect = (image: string) => this.#real.inspect(image);
  override look = (request: LookRequest) => this.#real.look(request);
  override select = (request: SelectRequest) => this.#real.select(request);
  override plan = (request: PlanRequest) => this.#real.plan(request);
  override compare = (request: CompareRequest) => this.#real.compare(request);
}

interface Desk {
  readonly ctx: ToolContext;
  readonly ids: Readonly<Record<string, string>>;
  readonly log: string[];
}

/** A session with a picture, a region and an edit; the one before is closed and removed. */
async function deskIn(dir: string, before?: Desk): Promise<Desk> {
  await before?.ctx.workspace.close();
  rmSync(join(dir, "home"), { recursive: true, force: true });
  await photo(join(dir, "photo.png"));
  const workspace = await Workspace.create(join(dir, "home"));
  const log: string[] = [];
  const roots = await openRoots(undefined, dir, [workspace.dir]);
  const ctx: ToolContext = {
    engine: new LookingEngine(join(dir, "engine")),
    workspace,
    roots,
    log: (line) => log.push(line),
  };
  const { imageId } = await askTool("open_image", { path: "photo.png" }, ctx);
  const { regionId } = await askTool("select_region", { imageId, box: [4, 4, 20, 20] }, ctx);
  const { jobId, editId } = await askTool(
    "start_edit",
    { imageId, operations: [{ regionId, motion }], waitSeconds: 20 },
    ctx,
  );
  const ids = {
    [IDS.image]: String(imageId),
    [IDS.region]: String(regionId),
    [IDS.edit]: String(editId),
    [IDS.job]: String(jobId),
  };
  return { ctx, ids, log };
}

function callIn(
  text: string,
  ids: Readonly<Record<string, string>>,
): { readonly tool: string; readonly args: unknown } {
  const filled = text.replace(/\$(image|region|edit|job)/g, (id) => ids[id] ?? id);
  try {
    const { tool, args } = JSON.parse(filled) as { tool?: unknown; args?: unknown }; // any JSON value may be destructured but null
    const known = TOOLS.find(({ name }) => name === tool) ?? TOOLS[filled.length % TOOLS.length];
    return { tool: known?.name ?? "look", args };
  } catch {
    return { tool: TOOLS[filled.length % TOOLS.length]?.name ?? "look", args: filled };
  }
}
