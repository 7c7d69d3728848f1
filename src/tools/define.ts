/** What a tool is: a name, words for the model, zod schemas for what goes in and comes out, and one function. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { Preview } from "../engine/api.ts";
import type { ToolCall, ToolContext } from "./context.ts";

export type { ToolCall, ToolContext } from "./context.ts";

/** Truthful in the sense of MCP's tool annotations. */
export interface ToolHints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly openWorld: boolean;
}

/** A file for the client to open; it is not sent along. */
export interface FileLink {
  readonly path: string;
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

/** A tool as its adapters see it: the input's type is known to its schema alone. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly annotations: ToolHints;
  /** Validates the input, runs, validates the answer. Throws EditError or zod's error. */
  run(input: unknown, ctx: ToolContext, call: ToolCall): Promise<ToolResult<Record<string, unknown>>>;
}

/** Hides the input's type behind `run`, which checks both ends. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, input, output, annotations } = definition;
  return {
    name,
    title,
    input,
    output,
    annotations,
    description: promptText(name),
    async run(raw, ctx, call) {
      const result = await definition.execute(input.parse(raw), ctx, call);
      // Every output schema is an object schema: MCP demands it of structuredContent.
      return { ...result, structured: output.parse(result.structured) as Record<string, unknown> };
    },
  };
}

/** The text of prompts/tools/<name>.md; the folder lies beside src/ and dist/ alike. */
export function promptText(name: string): string {
  return readFileSync(new URL(`../../prompts/tools/${name}.md`, import.meta.url), "utf8").trim();
}

/** Hints of a tool that only looks. */
export const LOOKS: ToolHints = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
/** Hints of a tool that adds to the session and changes nothing that exists. */
export const ADDS: ToolHints = { readOnly: false, destructive: false, idempotent: false, openWorld: false };
