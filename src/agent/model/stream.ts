/** A streamed reply put together again, as if it had come in one piece. */
import { z } from "zod";
import { WireError } from "./wire.ts";

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: z.number().nullish(),
                  id: z.string().nullish(),
                  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.unknown().optional(),
});
type Chunk = z.infer<typeof chunkSchema>;
type Delta = NonNullable<NonNullable<NonNullable<Chunk["choices"]>[number]["delta"]>["tool_calls"]>[number];

interface Call {
  id: string | undefined;
  name: string;
  args: string;
}

interface Partial {
  content: string;
  refusal: string;
  readonly calls: Map<number, Call>;
  finish: string | undefined;
  usage: unknown;
}

/** Throws WireError `partial-stream` where the stream ends before the reply does. */
export async function completionOf(chunks: AsyncIterable<unknown>, onDelta: (text: string) => void): Promise<unknown> {
  const partial: Partial = { content: "", refusal: "", calls: new Map(), finish: undefined, usage: undefined };
  try {
    for await (const chunk of chunks) take(partial, chunk, onDelta);
  } catch (error) {
    if (partial.content === "" && partial.calls.size === 0) throw error;
    throw broken();
  }
  if (partial.finish === undefined) throw broken();
  return whole(partial);
}

function broken(): WireError {
  return new WireError("partial-stream", "The reply broke off before its end", { retryable: true });
}

function take(partial: Partial, value: unknown, onDelta: (text: string) => void): void {
  const chunk = chunkSchema.safeParse(value).data;
  if (chunk?.usage) partial.usage = chunk.usage;
  const choice = chunk?.choices?.[0];
  if (choice === undefined) return;
  const { content, refusal, tool_calls } = choice.delta ?? {};
  if (content) onDelta(content);
  partial.content += content ?? "";
  partial.refusal += refusal ?? "";
  for (const [at, call] of (tool_calls ?? []).entries()) takeCall(partial.calls, call, call.index ?? at);
  partial.finish = choice.finish_reason ?? partial.finish;
}

/** Names and ids come whole in the first piece; some endpoints repeat them in every piece. */
function takeCall(calls: Map<number, Call>, delta: Delta, index: number): void {
  const call = calls.get(index) ?? { id: undefined, name: "", args: "" };
  call.id ??= delta.id ?? undefined;
  call.name ||= delta.function?.name ?? "";
  call.args += delta.function?.arguments ?? "";
  calls.set(index, call);
}

function whole({ content, refusal, calls, finish, usage }: Partial): unknown {
  const tool_calls = [...calls.values()].map(({ id, name, args }) => ({ id, function: { name, arguments: args } }));
  const message = { content, refusal: refusal || null, ...(tool_calls.length > 0 ? { tool_calls } : {}) };
  return { choices: [{ message, finish_reason: finish }], usage };
}
