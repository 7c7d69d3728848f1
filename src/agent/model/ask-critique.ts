/** A model's verdict on an edit: before, after, overlay and difference; twice, in another order, where it is close. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Gates, Preview } from "../../engine/api.ts";
import { CHANGES, type Change, type Critique, type CritiqueQuestion } from "../../tools/assistant.ts";
import type { AskCall, Model } from "./model.ts";
import { previewShot } from "./preview-shot.ts";
import { answerTo } from "./questions.ts";
import { sheetOf } from "./sheet.ts";

const SYSTEM = new URL("../../../prompts/critic.md", import.meta.url);
/** Marks from which on a result passes, and how near to it a verdict is close. */
const PASS = 6;
const CLOSE = 1;

const PICTURES = ["before", "after", "overlay", "diff"] as const;
const SWAPPED = ["after", "before", "diff", "overlay"] as const;
const CAPTIONS = {
  before: "before the edit",
  after: "after the edit",
  overlay: "the overlay",
  diff: "the map of differences",
} as const;
type Name = (typeof PICTURES)[number];

const wanted = z.object({
  goal: z.number(),
  artefacts: z.number(),
  preservation: z.number(),
  verdict: z.enum(["accept", "retry", "undo"]),
  change: z.union([z.object({ what: z.enum(CHANGES), why: z.string() }), z.null()]),
});

/** "7", "7/10" and 7.4 are marks; beyond the scale is its end. */
const mark = z
  .union([z.number(), z.string().transform((text) => Number.parseFloat(text))])
  .refine(Number.isFinite, "expected a number from 0 to 10")
  .transform((value) => Math.min(10, Math.max(0, value)));
const schema = z
  .object({
    goal: mark,
    artefacts: mark,
    preservation: mark,
    verdict: z.enum(["accept", "retry", "undo"]),
    change: z.object({ what: z.enum(CHANGES), why: z.string().default("") }).nullish(),
  })
  .transform(critiqueOf);

/** Throws EditError `model-endpoint` where the model gives no answer that can be read. */
export async function askCritique(question: CritiqueQuestion, model: Model, call: AskCall): Promise<Critique> {
  const first = await askOnce(question, PICTURES, model, call);
  return isClose(first) ? secondOpinion(first, await askOnce(question, SWAPPED, model, call)) : first;
}

async function askOnce(
  question: CritiqueQuestion,
  order: readonly Name[],
  model: Model,
  call: AskCall,
): Promise<Critique> {
  const named = order.map((name, index) => ({ name, caption: `Picture ${index + 1}, ${CAPTIONS[name]}:` }));
  const pictures =
    model.profile.images >= order.length
      ? await Promise.all(
          named.map(async ({ name, caption }) => ({ caption, shot: await previewShot(question[name], model, call) })),
        )
      : [await onOneSheet(question, order, model, call)];
  const text = [`Goal: ${JSON.stringify(question.goal)}`, measuresText(question.gates)].join("\n");
  return answerTo(
    { name: "critique", system: readFileSync(SYSTEM, "utf8"), text, pictures, schema, wanted },
    model,
    call,
  );
}

/** For models that take fewer pictures than there are. */
async function onOneSheet(question: CritiqueQuestion, order: readonly Name[], model: Model, call: AskCall) {
  const previews: readonly Preview[] = order.map((name) => question[name]);
  const places = ["top left", "top right", "bottom left", "bottom right"];
  const said = order.map((name, index) => `${places[index]}: ${CAPTIONS[name]}`);
  const shot = await previewShot(await sheetOf(previews), model, call);
  return { caption: `One sheet of four pictures; ${said.join("; ")}.`, shot };
}

function measuresText(gates: Gates): string {
  const { sourceCleared, targetArrived, seamEnergy, fillTexture, fillPlausible } = gates;
  return [
    "Measured without understanding the picture:",
    `the part has left its place: ${sourceCleared.toFixed(2)} (1 is entirely)`,
    `it has arrived: ${targetArrived.toFixed(2)} (1 is entirely)`,
    `seams: ${seamEnergy.toFixed(2)} (1 is inconspicuous, more is visible)`,
    `texture of the vacated place: ${fillTexture.toFixed(2)} (1 is natural, near 0 is smear)`,
    `the vacated place looks like its surroundings: ${fillPlausible.toFixed(2)} (1 is entirely)`,
  ].join("\n");
}

interface Marked {
  readonly goal: number;
  readonly artefacts: number;
  readonly preservation: number;
  readonly verdict: Critique["verdict"];
  readonly change?: { readonly what: Change; readonly why: string } | null | undefined;
}

/** "retry" without a change cannot be followed: what the lowest mark asks for stands in. */
function critiqueOf({ goal, artefacts, preservation, verdict, change }: Marked): Critique {
  const marks = { goal, artefacts, preservation };
  if (verdict === "accept") return { ...marks, verdict };
  if (verdict === "undo") return { ...marks, verdict, change: change ?? { what: "undo", why: "worse than before" } };
  return { ...marks, verdict, change: change ?? defaultChange(marks) };
}

function defaultChange({ goal, artefacts, preservation }: Pick<Critique, "goal" | "artefacts" | "preservation">) {
  const lowest = Math.min(goal, artefacts, preservation);
  if (lowest === goal) return { what: "other-amount", why: "the goal was not reached" } as const;
  if (lowest === artefacts) return { what: "grow-mask", why: "there are defects" } as const;
  return { what: "fewer-iterations", why: "too much was changed" } as const;
}

function lowestOf({ goal, artefacts, preservation }: Critique): number {
  return Math.min(goal, artefacts, preservation);
}

/** Near the line, or marks and verdict that contradict each other. */
function isClose(critique: Critique): boolean {
  const lowest = lowestOf(critique);
  return Math.abs(lowest - PASS) < CLOSE || lowest >= PASS !== (critique.verdict === "accept");
}

/** Models favour positions: the marks are averaged; where the verdicts differ, the averaged marks decide. */
export function secondOpinion(first: Critique, second: Critique): Critique {
  const marks = {
    goal: (first.goal + second.goal) / 2,
    artefacts: (first.artefacts + second.artefacts) / 2,
    preservation: (first.preservation + second.preservation) / 2,
  };
  const worse = lowestOf(second) < lowestOf(first) ? second : first;
  const verdict = first.verdict === second.verdict ? first.verdict : decided({ ...worse, ...marks });
  return critiqueOf({ ...marks, verdict, change: (worse.change ?? first.change ?? second.change) || undefined });
}

function decided(critique: Critique): Critique["verdict"] {
  if (lowestOf(critique) >= PASS) return "accept";
  return critique.verdict === "undo" && critique.goal < 3 ? "undo" : "retry";
}
