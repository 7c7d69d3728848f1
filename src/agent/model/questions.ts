/** One question with pictures, answered by one JSON object of a known form. */
import { z } from "zod";
import { EditError } from "../../errors.ts";
import type { Reply } from "./completion.ts";
import { jsonIn } from "./json-text.ts";
import { meansUnsupported } from "./ladder.ts";
import { imagePart } from "./messages.ts";
import { type AskCall, endpointError, type Model } from "./model.ts";
import type { Shot } from "./pictures.ts";
import { type Message, type UserPart, WireError } from "./wire.ts";

export interface Question<Answer> {
  /** Of the schema, for endpoints that want one. */
  readonly name: string;
  readonly system: string;
  readonly text: string;
  /** Each with the words that stand before it. */
  readonly pictures: readonly { readonly caption: string; readonly shot: Shot }[];
  /** What is accepted; may mend what can only mean one thing. */
  readonly schema: z.ZodType<Answer>;
  /** What is asked for. */
  readonly wanted: z.ZodType;
  /** Told every reply as it was written, unreadable ones included. */
  readonly onReply?: (text: string) => void;
}

/** Replies that cannot be read, before the question is given up. */
const ATTEMPTS = 3;

/** Throws EditError `model-endpoint` where no reply can be read, `cancelled` where the signal fired. */
export async function answerTo<Answer>(question: Question<Answer>, model: Model, call: AskCall): Promise<Answer> {
  let corrections: readonly Message[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const reply = await asked(question, model, corrections, call);
    question.onReply?.(reply.text);
    const read = readAnswer(reply, question.schema);
    if ("answer" in read) return read.answer;
    model.faults.tell(read.kind, read.why, call.onEvent);
    if (read.kind === "refusal" || read.kind === "content-filter") throw refusedError(read.why);
    const said: Message[] = reply.text === "" ? [] : [{ role: "assistant", content: reply.text.slice(0, 2000) }];
    const words = `Your reply could not be used: ${read.why}. Answer with the JSON object that was asked for, and nothing else.`;
    corrections = [...corrections, ...said, { role: "user", content: words }];
  }
  throw new EditError(
    "model-endpoint",
    `Expected a ${question.name} from ${model.name}, got none in ${ATTEMPTS} replies`,
    {
      hint: "Use another model; dragflow doctor says what the endpoint can do",
    },
  );
}

function refusedError(why: string): EditError {
  return new EditError("model-endpoint", `The model refused: ${why}`);
}

/** Asked with a schema where the endpoint takes one; without it the prompt says the form all the same. */
async function asked<Answer>(
  question: Question<Answer>,
  model: Model,
  corrections: readonly Message[],
  call: AskCall,
): Promise<Reply> {
  const { system, text, pictures } = question;
  const parts: UserPart[] = pictures.flatMap(({ caption, shot }) => [{ type: "text", text: caption }, imagePart(shot)]);
  const messages: Message[] = [
    { role: "system", content: system },
    { role: "user", content: [...parts, { type: "text", text }] },
    ...corrections,
  ];
  if (!model.takesSchema) return ask(model, { messages }, call);
  try {
    const schema = { name: question.name, schema: schemaOf(question.wanted) };
    const reply = await model.ask({ messages, schema }, call);
    if (jsonIn(reply.text).type === "json") model.confirmSchema();
    return reply;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (!meansUnsupported(error.status) || !model.denySchema(error.message, call.onEvent)) throw endpointError(error);
    return ask(model, { messages }, call);
  }
}

async function ask(model: Model, request: { messages: readonly Message[] }, call: AskCall): Promise<Reply> {
  try {
    return await model.ask(request, call);
  } catch (error) {
    throw error instanceof WireError ? endpointError(error) : error;
  }
}

function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

type Kind = "refusal" | "content-filter" | "cut-off" | "empty-reply" | "broken-json" | "wrong-shape";

function readAnswer<Answer>(
  reply: Reply,
  schema: z.ZodType<Answer>,
): { readonly answer: Answer } | { readonly kind: Kind; readonly why: string } {
  if (reply.finish === "content_filter")
    return { kind: "content-filter", why: "the content filter held the reply back" };
  if (reply.refusal !== undefined) return { kind: "refusal", why: reply.refusal };
  if (reply.text === "") return { kind: "empty-reply", why: "it was empty" };
  const found = jsonIn(reply.text);
  if (found.type === "cut")
    return { kind: reply.finish === "length" ? "cut-off" : "broken-json", why: "it ends too early" };
  if (found.type === "none") return { kind: "wrong-shape", why: "it holds no JSON object" };
  const parsed = schema.safeParse(found.value);
  return parsed.success ? { answer: parsed.data } : { kind: "wrong-shape", why: z.prettifyError(parsed.error) };
}
