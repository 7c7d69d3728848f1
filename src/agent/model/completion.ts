/** What a completion says, without the wire's shape. */
import { z } from "zod";
import { jsonExcess } from "../../engine/json-size.ts";

const toolCall = z.object({
  id: z.string().nullish(),
  function: z.object({
    name: z.string(),
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  }),
});
/** Content may come in parts; thoughts in a field of their own are not kept. */
const part = z.object({ type: z.string(), text: z.string().nullish() });
const schema = z.object({
  choices: z.array(
    z.object({
      message: z.object({
        content: z.union([z.string(), z.array(part)]).nullish(),
        refusal: z.string().nullish(),
        tool_calls: z.array(toolCall).nullish(),
      }),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish().catch(undefined),
});

export interface ReplyCall {
  readonly id: string | undefined;
  readonly name: string;
  /** As written: a JSON object, when the model got it right. */
  readonly args: string;
}

export interface Reply {
  readonly text: string;
  readonly refusal: string | undefined;
  readonly calls: readonly ReplyCall[];
  readonly finish: string | undefined;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | undefined;
  /** There was a choice to read. */
  readonly isAnswered: boolean;
}

/** Undefined where the value is no completion at all. */
export function replyOf(value: unknown): Reply | undefined {
  if (jsonExcess(value) !== undefined) return undefined;
  const parsed = schema.safeParse(value).data;
  if (parsed === undefined) return undefined;
  const choice = parsed.choices[0];
  const { usage } = parsed;
  return {
    text: textOf(choice?.message.content).trim(),
    refusal: choice?.message.refusal || undefined,
    calls: (choice?.message.tool_calls ?? []).map(callOf),
    finish: choice?.finish_reason ?? undefined,
    usage: usage ? { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } : undefined,
    isAnswered: choice !== undefined,
  };
}

/** Some endpoints parse the arguments themselves. */
function callOf({ id, function: { name, arguments: args } }: z.infer<typeof toolCall>): ReplyCall {
  return { id: id || undefined, name, args: typeof args === "string" ? args || "{}" : JSON.stringify(args ?? {}) };
}

/** Local models write their thoughts into the reply. */
function textOf(content: string | readonly z.infer<typeof part>[] | null | undefined): string {
  const text = typeof content === "string" ? content : (content ?? []).map((one) => one.text ?? "").join("");
  return text.replace(/^\s*<think>[\s\S]*?(<\/think>|$)/, "");
}
