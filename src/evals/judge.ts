/** A model that sees, as judge of a result: three marks, asked twice with the pictures in both orders. */

import { readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { z } from "zod";
import type { AskCall, Model } from "../agent/model/model.ts";
import { previewShot } from "../agent/model/preview-shot.ts";
import { answerTo } from "../agent/model/questions.ts";
import type { ModelSource } from "../agent/model/source.ts";
import type { Preview } from "../engine/api.ts";
import { EditError } from "../errors.ts";

const SYSTEM = new URL("../../prompts/judge.md", import.meta.url);

export interface JudgeQuestion {
  /** What was to be done, in words. */
  readonly goal: string;
  pictures(): Promise<{ readonly before: Preview; readonly after: Preview }>;
  /** What is judged: asked about once, however often it is named. */
  readonly subject: object;
}

/** Marks are 0–10, the mean of both orders. */
export interface Marks {
  readonly goal: number;
  readonly quality: number;
  readonly preservation: number;
}

export interface Judgement extends Marks {
  /** As the model wrote them, unreadable ones included. */
  readonly replies: readonly string[];
  /** How far the marks of the two orders lie apart at most: the judge's noise here. */
  readonly apart: number;
}

export interface Judge {
  /** The model. */
  readonly name: string;
  judge(question: JudgeQuestion, signal?: AbortSignal): Promise<Judgement>;
}

export interface JudgeSettings {
  /** The models that planned, which must be others: nobody marks their own work. */
  readonly planners: readonly string[];
  /** File that receives every judgement with its raw replies, one JSON line each. */
  readonly log?: string | undefined;
}

const mark = z
  .union([z.number(), z.string().transform((text) => Number.parseFloat(text))])
  .refine(Number.isFinite, "expected a number from 0 to 10")
  .transform((value) => Math.min(10, Math.max(0, value)));
const schema = z.object({ goal: mark, quality: mark, preservation: mark, why: z.string().default("") });
const wanted = z.object({ goal: z.number(), quality: z.number(), preservation: z.number(), why: z.string() });
const NAMES = ["goal", "quality", "preservation"] as const;

/** Throws `usage` where the judge is the planner's own model. Nothing leaves the machine before `judge`. */
export async function createJudge(source: ModelSource, { planners, log }: JudgeSettings): Promise<Judge> {
  const model = await source.open();
  if (planners.some((planner) => sameModel(planner, model.name))) {
    throw new EditError("usage", `Expected a judge that is not the planner's own model, got ${model.name} for both`, {
      hint: "Name another model with --judge.",
    });
  }
  const known = new WeakMap<object, Promise<Judgement>>();
  const ask = async (question: JudgeQuestion, signal: AbortSignal) => {
    const replies: string[] = [];
    const asked = { model: model.name, asked: question.goal };
    const note = async (line: object) => log && appendFile(log, `${JSON.stringify({ ...asked, ...line })}\n`);
    try {
      const judgement = await judged(question, model, { signal, onEvent: () => undefined }, replies);
      await note(judgement);
      return judgement;
    } catch (error) {
      await note({ error: error instanceof Error ? error.message : String(error), replies });
      throw error;
    }
  };
  return {
    name: model.name,
    judge(question, signal = new AbortController().signal) {
      const judgement = known.get(question.subject) ?? ask(question, signal);
      known.set(question.subject, judgement);
      return judgement;
    },
  };
}

/** "openai/gpt-x" and "GPT-X" are one model. */
function sameModel(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().split("/").at(-1);
  return plain(a) === plain(b);
}

async function judged(question: JudgeQuestion, model: Model, call: AskCall, replies: string[]): Promise<Judgement> {
  const shown: Shown = { goal: question.goal, ...(await question.pictures()) };
  const first = await askOnce(shown, ["before", "after"], model, call, replies);
  const second = await askOnce(shown, ["after", "before"], model, call, replies);
  const marks = Object.fromEntries(NAMES.map((name) => [name, (first[name] + second[name]) / 2]));
  const apart = Math.max(...NAMES.map((name) => Math.abs(first[name] - second[name])));
  return { ...(marks as Record<keyof Marks, number>), replies, apart }; // named just above
}

const CAPTIONS = { before: "before the edit", after: "after the edit" } as const;

interface Shown {
  readonly goal: string;
  readonly before: Preview;
  readonly after: Preview;
}

async function askOnce(
  question: Shown,
  order: readonly (keyof typeof CAPTIONS)[],
  model: Model,
  call: AskCall,
  replies: string[],
): Promise<Marks> {
  const pictures = [];
  for (const [i, name] of order.entries()) {
    const shot = await previewShot(question[name], model, call);
    pictures.push({ caption: `Picture ${i + 1}, ${CAPTIONS[name]}:`, shot });
  }
  const system = readFileSync(SYSTEM, "utf8");
  const text = `Goal: ${JSON.stringify(question.goal)}`;
  const onReply = (reply: string) => void replies.push(reply);
  return answerTo({ name: "judgement", system, text, pictures, schema, wanted, onReply }, model, call);
}
