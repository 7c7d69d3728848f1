/** What the agent reads out of tool answers: zod at the border, unknown fields ignored. */
import { z } from "zod";
import type { Gates, Receipt } from "../engine/api.ts";
import type { Box } from "../engine/raster.ts";
import { type Motion, motionSchema, QUALITIES, type Quality } from "../engine/recipe/schema.ts";
import { EditError, isErrorCode } from "../errors.ts";
import type { Refusal } from "./events.ts";
import type { ToolAnswer } from "./port.ts";
import type { Picture, TurnState } from "./state.ts";
import type { Selection } from "./thread.ts";

const numbers = z.number().finite();
const lookAnswer = z.object({ width: numbers, height: numbers, shownWidth: numbers, shownHeight: numbers });
const box = z.tuple([numbers, numbers, numbers, numbers]);
const guessesAnswer = z.object({
  guesses: z.array(z.object({ number: numbers, box, salience: z.number().optional() })).default([]),
});
const regionAnswer = z.object({
  regionId: z.string(),
  box: z.tuple([numbers, numbers, numbers, numbers]),
  centroid: z.tuple([numbers, numbers]),
  confidence: numbers,
  longAxis: z.object({ degrees: numbers, elongation: numbers }).exactOptional(),
});
const gates = z.object({
  sourceCleared: numbers,
  targetArrived: numbers,
  seamEnergy: numbers,
  fillTexture: numbers,
  fillPlausible: numbers,
  score: numbers,
});
const receipt = z.object({
  lossless: z.boolean(),
  outsideChanged: numbers,
  outsideSha256: z.string(),
  outsidePixels: numbers,
  outsideMaxDiff: z.number().optional(),
  outsidePsnr: z.number().optional(),
  editedBox: z.tuple([numbers, numbers, numbers, numbers]),
  editableArea: numbers,
  jpeg: z.object({ keptMcus: numbers, changedMcus: numbers, exact: z.boolean() }).optional(),
});
const intentsAnswer = z.object({
  from: z.enum(["model", "geometry"]).default("model"),
  sourcePrompt: z.string().default(""),
  candidates: z
    .array(
      z.object({
        candidateId: z.string(),
        types: z.array(z.string()).default([]),
        prompt: z.string().default(""),
        confidence: z.number().default(0),
        operations: z.array(z.object({ regionId: z.string(), motion: motionSchema })).default([]),
      }),
    )
    .default([]),
});
export type IntentsAnswer = z.infer<typeof intentsAnswer>;
const editAnswer = z.object({
  editId: z.string(),
  tier: z.enum(QUALITIES),
  tiers: z.partialRecord(z.enum(QUALITIES), gates),
  nothing: gates.optional(),
  receipt,
});
const jobAnswer = z.object({
  jobId: z.string(),
  status: z.enum(["queued", "running", "done", "failed", "cancelled"]),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  edit: editAnswer.optional(),
});
export type JobAnswer = z.infer<typeof jobAnswer>;

export interface EditAnswer {
  readonly editId: string;
  readonly tier: Quality;
  readonly gates: Gates;
  /** Score of the untouched picture, where it was measured. */
  readonly nothing?: number | undefined;
  readonly receipt: Receipt;
}

function parsed<T>(schema: z.ZodType<T>, answer: ToolAnswer, tool: string): T {
  if (answer.isError) throw refusalError(refusalOf(answer.text));
  const result = schema.safeParse(answer.structured);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new EditError(
    "engine-failed",
    `Expected the answer of ${tool}, got: ${issue?.path.join(".")} ${issue?.message}`,
  );
}

export function pictureOf(id: string, answer: ToolAnswer): Picture {
  const { width, height, shownWidth, shownHeight } = parsed(lookAnswer, answer, "look");
  const image = answer.images[0];
  return { id, width, height, shownWidth, shownHeight, ...(image === undefined ? {} : { image }) };
}

/** What a look with marks offers to choose from, in the order of its numbers. */
export function guessesOf(answer: ToolAnswer): readonly { number: number; box: Box; salience?: number | undefined }[] {
  return parsed(guessesAnswer, answer, "look").guesses;
}

export function regionFound(answer: ToolAnswer): Selection & { confidence: number } {
  return parsed(regionAnswer, answer, "select_region");
}

/** The candidates of propose_intents, the likeliest first; prompts are empty where no model proposed them. */
export function intentsOf(answer: ToolAnswer): IntentsAnswer {
  return parsed(intentsAnswer, answer, "propose_intents");
}

/** The intent prompts that were proposed in this turn, the likeliest first. */
export function promptsOf({ history }: TurnState): readonly string[] {
  const answers = history.flatMap((item) =>
    item.type === "tool" && item.call.tool === "propose_intents" && !item.answer.isError ? [item.answer] : [],
  );
  return answers.flatMap((answer) =>
    intentsOf(answer)
      .candidates.map(({ prompt }) => prompt)
      .filter((one) => one !== ""),
  );
}

/** A motion as a planner wrote it; undefined where it is none. */
export function motionOf(motion: unknown): Motion | undefined {
  return motionSchema.safeParse(motion).data;
}

export function jobOf(answer: ToolAnswer): JobAnswer {
  return parsed(jobAnswer, answer, "start_edit");
}

/** The edit of an ended job, with the gates of the tier that won. */
export function editOf(job: JobAnswer): EditAnswer | undefined {
  if (job.edit === undefined) return undefined;
  const { editId, tier, tiers, nothing, receipt: read } = job.edit;
  const won = tiers[tier];
  if (won === undefined) throw new EditError("engine-failed", `Expected gates of the ${tier} tier, got none`);
  return { editId, tier, gates: won, nothing: nothing?.score, receipt: receiptOf(read) };
}

/** zod's optional fields may be undefined; the engine's are absent. */
function receiptOf({ outsideMaxDiff, outsidePsnr, jpeg, ...rest }: z.infer<typeof receipt>): Receipt {
  return {
    ...rest,
    ...(outsideMaxDiff === undefined ? {} : { outsideMaxDiff }),
    ...(outsidePsnr === undefined ? {} : { outsidePsnr }),
    ...(jpeg === undefined ? {} : { jpeg }),
  };
}

/** Tools refuse with "code: message. hint"; text without a known code is kept whole. */
export function refusalOf(text: string): Refusal {
  const [, code = "", message = ""] = /^([a-z-]+): ([\s\S]*)$/.exec(text) ?? [];
  return isErrorCode(code) ? { code, message } : { code: "engine-failed", message: text };
}

/** A refusal as the error that its code stands for. */
export function refusalError({ code, message, hint }: Refusal): EditError {
  return new EditError(code, message, hint === undefined ? {} : { hint });
}

/** An EditError as a refusal; anything else is no refusal and undefined. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof EditError)) return undefined;
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}
