/** The paper's question about an edit (appendix D.3, in our words): what the picture shows, and what may be meant. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { INTENT_TYPES, type IntentAnswer, type IntentItem, type IntentQuestion } from "../../tools/assistant.ts";
import type { AskCall, Model } from "./model.ts";
import { previewShot } from "./preview-shot.ts";
import { answerTo } from "./questions.ts";

const SYSTEM = new URL("../../../prompts/intents.md", import.meta.url);
const MOST = 4;

const wanted = z.object({
  background: z.string(),
  candidates: z.array(
    z.object({
      types: z.array(z.enum(INTENT_TYPES)),
      prompt: z.string(),
      reason: z.string(),
      confidence: z.number(),
    }),
  ),
});

/** Throws EditError `model-endpoint` where the model gives no answer that can be read. */
export async function askIntents(question: IntentQuestion, model: Model, call: AskCall): Promise<IntentAnswer> {
  const { original, overlay, items, request } = question;
  const pictures = [
    { caption: "Picture 1, the original:", shot: await previewShot(original, model, call) },
    { caption: "Picture 2, the edit drawn in:", shot: await previewShot(overlay, model, call) },
  ];
  const said = request === undefined ? [] : [`The person's words: ${JSON.stringify(request)}`];
  const text = [...said, `Parts (${items.length}), in pixels of the picture:`, ...items.map(itemText)].join("\n");
  return answerTo(
    {
      name: "intents",
      system: readFileSync(SYSTEM, "utf8"),
      text,
      pictures,
      schema: answerSchema(items.length),
      wanted,
    },
    model,
    call,
  );
}

function itemText({ label, box, centroid, target }: IntentItem, index: number): string {
  const numbers = (values: readonly number[]) => values.map((value) => Math.round(value)).join(", ");
  const name = label === undefined ? "" : ` (${label})`;
  return `${index + 1}${name}: box [${numbers(box)}], its centre [${numbers(centroid)}] goes to [${numbers(target)}]`;
}

/** One type for several parts is meant for each; what is left out of `confidence` falls with the rank. */
function answerSchema(count: number): z.ZodType<IntentAnswer> {
  const types = z
    .union([z.enum(INTENT_TYPES).transform((type) => [type]), z.array(z.enum(INTENT_TYPES)).min(1)])
    .transform((list) => (list.length === 1 ? Array.from({ length: count }, () => list[0] ?? "relocation") : list))
    .refine((list) => list.length === count, `expected one type per part (${count})`);
  const candidate = z.object({
    types,
    prompt: z.string().trim().min(1).max(4000),
    reason: z.string().trim().default(""),
    confidence: z.coerce.number().min(0).max(1).catch(0.3),
  });
  return z
    .object({ background: z.string().trim().min(1).max(4000), candidates: z.array(candidate).min(1) })
    .transform(({ background, candidates }) => ({
      background,
      candidates: [...candidates].sort((a, b) => b.confidence - a.confidence).slice(0, MOST),
    }));
}
