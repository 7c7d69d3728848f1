/** What a tool is: a name, words for the model, zod schemas for what goes in and comes out, and one function. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Preview } from "../engine/api.ts";
import type { ErrorRecord } from "../errors.ts";
import { checkedArguments } from "./arguments.ts";
import type { ToolCall, ToolContext } from "./context.ts";
import { heartbeat } from "./heartbeat.ts";
import { presentable, presentableAnswer } from "./presentable.ts";
import { errorText, publicError } from "./public-error.ts";

export type { ToolCall, ToolContext } from "./context.ts";

/** Truthful in the sense of MCP's tool annotations. */
export interface ToolHints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly openWorld: boolean;
}

/** A picture for the client to read as a resource; it is not sent along. */
export interface FileLink {
  /** dragflow://images/{id} or dragflow://edits/{id}/picture. */
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
}

/** `structured` holds ids, sizes, boxes, metrics and paths, never pixels; a preview travels beside it. */
export interface ToolResult<Structured> {
  readonly structured: Structured;
  /** One to five lines for a reader who sees no JSON. */
  readonly text: string;
  readonly preview?: Preview;
  readonly link?: FileLink;
}

/** A tool as its file writes it; the description is prompts/tools/<name>.md. */
export interface ToolDefinition<Input extends z.ZodType, Output extends z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly input: Input;
  readonly output: Output;
  readonly annotations: ToolHints;
  execute(input: z.output<Input>, ctx: ToolContext, call: ToolCall): Promise<ToolResult<z.input<Output>>>;
}

/** What every call comes to: caller's mistakes are answers too. `text` is what the caller reads in either case. */
export type ToolAnswer =
  | { readonly ok: true; readonly text: string; readonly result: ToolResult<Record<string, unknown>> }
  | { readonly ok: false; readonly text: string; readonly error: ErrorRecord };

/** A tool as its adapters see it: the input's type is known to its schema alone. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** JSON Schemas of both, for tools/list; always of type "object". */
  readonly inputJsonSchema: JsonSchema;
  readonly outputJsonSchema: JsonSchema;
  readonly annotations: ToolHints;
  /**
   * Validates the input, runs, validates the answer. Never rejects: arguments that do not fit are `arguments-invalid`,
   * what is nobody's business is logged. Progress reports rise strictly and come at least every two seconds.
   */
  call(input: unknown, ctx: ToolContext, call: ToolCall): Promise<ToolAnswer>;
  /** As `call`, but throws EditError. */
  run(input: unknown, ctx: ToolContext, call: ToolCall): Promise<ToolResult<Record<string, unknown>>>;
}

export type JsonSchema = { readonly type: "object" } & Readonly<Record<string, unknown>>;

/** Hides the input's type behind `call` and `run`, which check both ends. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, input, output, annotations } = definition;
  const run: Tool["run"] = async (raw, ctx, call) => {
    const result = await definition.execute(checkedArguments(input, raw, name), ctx, call);
    // Every output schema is an object schema: MCP demands it of structuredContent.
    return { ...result, structured: output.parse(result.structured) as Record<string, unknown> };
  };
  return {
    name,
    title,
    input,
    output,
    inputJsonSchema: jsonSchema(input, "input"),
    outputJsonSchema: jsonSchema(output, "output"),
    annotations,
    description: promptText(name),
    run,
    call: (raw, ctx, call) => answered(run, name, raw, ctx, call),
  };
}

async function answered(
  run: Tool["run"],
  name: string,
  raw: unknown,
  ctx: ToolContext,
  call: ToolCall,
): Promise<ToolAnswer> {
  const { report, stop } = heartbeat(call.onProgress);
  const said = saidText(raw);
  try {
    const result = await run(raw, ctx, { ...call, onProgress: report });
    // Strings are replaced by strings, so the answer still fits its schema.
    const structured = presentableAnswer(result.structured, ctx, said) as Record<string, unknown>;
    const text = presentable(result.text, ctx, said);
    return { ok: true, text, result: { ...result, structured, text } };
  } catch (thrown) {
    const error = publicError(thrown, name, ctx, said);
    return { ok: false, text: errorText(error), error };
  } finally {
    stop();
  }
}

/** What a caller may send need not be JSON in process. */
function saidText(raw: unknown): string {
  try {
    return JSON.stringify(raw, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? "";
  } catch {
    return "";
  }
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  return { ...z.toJSONSchema(schema, { io }), type: "object" };
}

/** The text of prompts/tools/<name>.md; the folder lies beside src/ and dist/ alike. */
export function promptText(name: string): string {
  return readFileSync(new URL(`../../prompts/tools/${name}.md`, import.meta.url), "utf8").trim();
}

/** Hints of a tool that only looks. */
export const LOOKS: ToolHints = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
/** Hints of a tool that adds to the session and changes nothing that exists. */
export const ADDS: ToolHints = { readOnly: false, destructive: false, idempotent: false, openWorld: false };
