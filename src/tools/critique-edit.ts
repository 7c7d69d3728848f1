/** critique_edit: how good an edit is, by its pixels and by a model's eye where there is one. */
import { z } from "zod";
import type { EditOutcome, Preview } from "../engine/api.ts";
import type { Box } from "../engine/raster.ts";
import { fitWithin } from "../engine/retouch/resample.ts";
import type { EditRecord } from "../session/index.ts";
import { askedModel } from "./asked-model.ts";
import { CHANGES, type Critique } from "./assistant.ts";
import { sharedView } from "./candidates.ts";
import { defineTool, type ToolCall, type ToolContext } from "./define.ts";
import { tidied } from "./places.ts";
import {
  boxOutput,
  editIdInput,
  gatesOutput,
  promptInput,
  qualityInput,
  receiptOutput,
  tiersOutput,
} from "./schemas.ts";
import { sheetOf } from "./sheet.ts";
import { type MeasuredVerdict, measuredVerdict } from "./verdict.ts";
import { pictureLink, receiptView } from "./views.ts";
import { receiptInWords, tierInWords } from "./words.ts";

const mark = z.number().min(0).max(10);
const output = z.object({
  editId: z.string(),
  imageId: z.string(),
  goal: z.string().describe("What the edit was to show; empty where nobody said"),
  verdict: z.enum(["accept", "retry", "undo"]),
  from: z.enum(["model", "measures"]).describe("Whose verdict it is"),
  change: z
    .object({ what: z.enum(CHANGES), why: z.string() })
    .optional()
    .describe("The one thing to change next"),
  missed: z.array(z.string()).describe("Measures that fell short, in words"),
  model: z.object({ goal: mark, artefacts: mark, preservation: mark }).optional().describe("0–10, higher is better"),
  modelProblem: z.string().optional().describe("Why a configured model gave no verdict"),
  tier: qualityInput.describe("Whose picture was kept"),
  gates: gatesOutput.optional().describe("Of the kept picture"),
  baselines: z.object({
    nothing: gatesOutput.optional().describe("The untouched picture"),
    preview: gatesOutput.optional().describe("The instant tier, no model involved"),
  }),
  gains: z
    .object({ overNothing: z.number().optional(), overPreview: z.number().optional() })
    .describe("Score of the kept picture less the baseline's; above 0 is better"),
  tiers: tiersOutput,
  receipt: receiptOutput,
  view: boxOutput.describe("Part of the picture that the sheet shows, pixels"),
});

export const critiqueEdit = defineTool({
  name: "critique_edit",
  title: "Judge an edit",
  input: z.strictObject({
    editId: editIdInput,
    goal: promptInput.optional().describe("What it should show; default: the edit's prompt"),
  }),
  output,
  annotations: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  async execute({ editId, goal }, ctx, call) {
    const record = ctx.workspace.edited(editId);
    const { outcome } = record;
    const wanted = goal ?? outcome.recipe.prompt;
    const view = sharedView([outcome]);
    const crops = await cropsOf(record, view, ctx, call);
    const measured = measuredVerdict(outcome);
    const { answer, problem } = await askedModel(modelCritique(crops, outcome, wanted, ctx, call));
    const verdict = verdictOf(measured, answer);
    const missing = problem === undefined ? {} : { modelProblem: problem };
    return {
      structured: { ...factsOf(record), goal: wanted, ...verdict, ...missing, view: tidied(view) },
      text: [
        critiqueText(record, verdict),
        ...(problem === undefined ? [] : [`No verdict of the model: ${problem}`]),
      ].join("\n"),
      preview: await sheetOf([crops.before, crops.after, crops.diff, crops.overlay], 2, false),
      link: pictureLink(editId, ctx),
    };
  },
});

interface Crops {
  readonly before: Preview;
  readonly after: Preview;
  readonly diff: Preview;
  readonly overlay: Preview;
}

/** Longest edge of a crop, pixels. */
const TILE = 768;
/** Edits write their explaining pictures with at most this edge. */
const VIEW_EDGE = 2048;

async function cropsOf({ imageId, outcome }: EditRecord, view: Box, ctx: ToolContext, call: ToolCall): Promise<Crops> {
  const { files, width, height } = outcome;
  const scale = fitWithin(width, height, VIEW_EDGE).width / width;
  const small: Box = [view[0] * scale, view[1] * scale, view[2] * scale, view[3] * scale];
  const crop = (image: string, part: Box) => {
    return ctx.engine.look({ image, crop: part, maxEdge: TILE }, { signal: call.signal });
  };
  const before = await crop(ctx.workspace.picture(imageId).path, view);
  const after = await crop(files.image, view);
  return { before, after, diff: await crop(files.diff, small), overlay: await crop(files.regions, small) };
}

async function modelCritique(
  crops: Crops,
  { tier, tiers }: EditOutcome,
  goal: string,
  { assistant }: ToolContext,
  call: ToolCall,
): Promise<Critique | undefined> {
  const gates = tiers[tier];
  return gates && assistant?.critique({ ...crops, gates, goal }, call);
}

type Structured = z.input<typeof output>;
type Verdict = Pick<Structured, "verdict" | "from" | "change" | "missed" | "model">;

/** The outside must hold whatever a model says; of everything else a model that looks knows better. */
function verdictOf({ verdict, change, missed }: MeasuredVerdict, model: Critique | undefined): Verdict {
  const own = { verdict, ...(change === undefined ? {} : { change: { ...change } }), missed: [...missed] };
  if (model === undefined) return { ...own, from: "measures" };
  const { goal, artefacts, preservation } = model;
  const marks = { model: { goal, artefacts, preservation } };
  if (verdict === "undo" && model.verdict === "accept") return { ...own, ...marks, from: "measures" };
  const wish = model.change === undefined ? {} : { change: { ...model.change } };
  return { verdict: model.verdict, ...wish, missed: [...missed], ...marks, from: "model" };
}

function factsOf({
  id,
  imageId,
  outcome,
}: EditRecord): Omit<Structured, keyof Verdict | "goal" | "modelProblem" | "view"> {
  const { tier, tiers, nothing, receipt } = outcome;
  const gates = tiers[tier];
  const gain = (baseline: { score: number } | undefined) => gates && baseline && gates.score - baseline.score;
  const [overNothing, overPreview] = [gain(nothing), gain(tiers.preview)];
  return {
    editId: id,
    imageId,
    tier,
    ...(gates === undefined ? {} : { gates }),
    baselines: {
      ...(nothing === undefined ? {} : { nothing }),
      ...(tiers.preview === undefined ? {} : { preview: tiers.preview }),
    },
    gains: {
      ...(overNothing === undefined ? {} : { overNothing }),
      ...(overPreview === undefined ? {} : { overPreview }),
    },
    tiers,
    receipt: receiptView(receipt),
  };
}

function critiqueText({ id, outcome }: EditRecord, { verdict, from, change, missed, model }: Verdict): string {
  const { tier, tiers, nothing, receipt } = outcome;
  const marks = model && `goal ${model.goal}, artefacts ${model.artefacts}, preservation ${model.preservation} of 10`;
  return [
    `${id}: ${verdict} (by ${from === "model" ? `a model's eye: ${marks}` : "the measures"}).`,
    ...(change === undefined ? [] : [`Change next: ${change.what}, as ${change.why}.`]),
    ...(missed.length === 0 ? [] : [`Fell short: ${missed.join(", ")}.`]),
    `${tierInWords({ tier, tiers })}${nothing === undefined ? "" : ` Doing nothing scores ${nothing.score.toFixed(3)}.`}`,
    receiptInWords(receipt),
    "The sheet shows before and after above, difference and regions (source red, target green) below.",
  ].join("\n");
}
