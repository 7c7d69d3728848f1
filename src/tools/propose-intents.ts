/** propose_intents: what dragging these regions to these targets may mean, each reading previewed. */
import { z } from "zod";
import { farEnd } from "../engine/geometry/far-end.ts";
import { readMask } from "../engine/image/raster-io.ts";
import { EditError } from "../errors.ts";
import { candidateSheet, remember, type Tried, tryDrafts, withScratch } from "./candidates.ts";
import { clean } from "./clean.ts";
import { defineTool, type ToolCall, type ToolContext } from "./define.ts";
import { geometricDrafts } from "./intent-drafts.ts";
import { type ModelWish, modelDrafts } from "./model-intents.ts";
import { placing, tidied } from "./places.ts";
import {
  coordSpaceInput,
  gatesOutput,
  motionInput,
  pictureId,
  pointInput,
  pointOutput,
  promptInput,
  regionId,
  warningsOutput,
} from "./schemas.ts";
import { warningInWords } from "./words.ts";

const input = z.strictObject({
  imageId: pictureId,
  items: z
    .array(z.strictObject({ regionId, target: pointInput.describe("[x, y] where the region's centroid is to go") }))
    .min(1)
    .max(4),
  request: promptInput.optional().describe("The user's own words"),
  coordSpace: coordSpaceInput.optional().describe("Of the targets; default pixel"),
});
type Input = z.infer<typeof input>;

const output = z.object({
  imageId: z.string(),
  from: z.enum(["model", "geometry"]).describe("Who read the drag"),
  modelProblem: z.string().optional().describe("Why a configured model did not"),
  sourcePrompt: z.string().describe("What the picture shows; empty where no model looked"),
  targets: z.array(pointOutput).describe("As they were understood, pixels"),
  candidates: z.array(
    z.object({
      candidateId: z.string().describe("For preview_edit and start_edit"),
      number: z.number().describe("In the sheet, from 1"),
      types: z.array(z.string()).describe("Motion of each item"),
      operations: z.array(z.object({ regionId: z.string(), motion: motionInput })),
      prompt: z.string(),
      reason: z.string(),
      confidence: z.number().optional().describe("0–1, where a model said so"),
      preview: gatesOutput.optional().describe("Measures of the instant preview"),
      warnings: warningsOutput,
    }),
  ),
});
type Candidate = z.input<typeof output>["candidates"][number];

export const proposeIntents = defineTool({
  name: "propose_intents",
  title: "Propose what a drag means",
  input,
  output,
  // A model may be asked; candidates are remembered in the session, nothing else changes.
  annotations: { readOnly: true, destructive: false, idempotent: false, openWorld: true },
  async execute(args, ctx, call) {
    const wish = await wishOf(args, ctx);
    return withScratch(ctx, async (scratch) => {
      const { from, tried, sourcePrompt, problem } = await triedIntents(wish, scratch, ctx, call);
      remember(tried, ctx);
      const candidates = tried.map(candidateOf);
      const targets = wish.items.map(({ target }) => tidied(target));
      return {
        structured: {
          imageId: wish.imageId,
          from,
          ...(problem === undefined ? {} : { modelProblem: problem }),
          sourcePrompt,
          targets,
          candidates,
        },
        text: [
          ...candidates.map(candidateText),
          ...(problem === undefined ? [] : [`By geometry alone: ${problem}`]),
        ].join("\n"),
        preview: await candidateSheet(tried, ctx, call),
      };
    });
  },
});

/** The model's order is its own; geometry has no opinion, so the cleanest preview comes first. */
async function triedIntents(wish: ModelWish, scratch: string, ctx: ToolContext, call: ToolCall) {
  const { imageId, items, request } = wish;
  const { found, problem } = await modelDrafts(wish, scratch, ctx, call);
  const sourcePrompt = found?.background ?? "";
  const drafts = found?.drafts ?? geometricDrafts(items, request);
  const tried = await tryDrafts({ imageId, sourcePrompt, drafts }, scratch, ctx, call);
  if (found !== undefined) return { from: "model" as const, tried, sourcePrompt };
  const cleanestFirst = tried.toSorted((a, b) => scoreOf(b) - scoreOf(a));
  return { from: "geometry" as const, tried: cleanestFirst, sourcePrompt, problem };
}

function scoreOf({ outcome }: Tried): number {
  return outcome.tiers.preview?.score ?? 0;
}

/** Throws `arguments-invalid` for a region of another picture. */
async function wishOf({ imageId, items, request, coordSpace }: Input, { workspace }: ToolContext): Promise<ModelWish> {
  const place = placing(coordSpace, workspace.picture(imageId));
  const dragged = items.map(async ({ regionId, target }, i) => {
    const { selection, maskPath, label = `part ${i + 1}`, imageId: home } = workspace.region(regionId);
    if (home !== imageId) {
      throw new EditError("arguments-invalid", `items.${i}.regionId: expected a region of ${clean(imageId, 60)}`, {
        hint: `${regionId} was selected on ${home}; select it on this picture`,
      });
    }
    const { box, centroid } = selection;
    const goal = place(target);
    return { regionId, label, box, centroid, target: goal, farEnd: farEnd(await readMask(maskPath, "."), goal) };
  });
  return { imageId, items: await Promise.all(dragged), request };
}

function candidateOf({ draft, record, outcome }: Tried, index: number): Candidate {
  const { operations, prompt, reason, confidence } = draft;
  const gates = outcome.tiers.preview;
  return {
    candidateId: record.id,
    number: index + 1,
    types: operations.map(({ motion }) => motion.type),
    operations: operations.map(({ regionId, motion }) => ({ regionId, motion: motionInput.parse(motion) })),
    prompt,
    reason,
    ...(confidence === undefined ? {} : { confidence }),
    ...(gates === undefined ? {} : { preview: gates }),
    warnings: outcome.warnings.filter(({ code }) => code !== "prompt-unread"),
  };
}

function candidateText({ number, candidateId, types, reason, preview, warnings }: Candidate): string {
  const score = preview === undefined ? "" : ` (preview score ${preview.score.toFixed(2)})`;
  const doubts = warnings.map((warning) => `\n  ${warningInWords(warning)}`).join("");
  return `${number}. ${candidateId}: ${types.join(" + ")}. ${reason}${score}.${doubts}`;
}
