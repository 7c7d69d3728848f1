/** A box that was chosen, fitted to the thing in it. */
import type { Box } from "../engine/raster.ts";
import { callTool } from "./executing.ts";
import { regionFound } from "./parsing.ts";
import type { Selection } from "./thread.ts";
import type { TurnOptions } from "./turn.ts";

/** Throws the tool's refusal. */
export async function pickRegion(
  box: Box,
  { port, imageId, signal, onEvent }: Pick<TurnOptions, "port" | "imageId" | "signal" | "onEvent">,
): Promise<Selection> {
  const args = { imageId, box: [...box] };
  const run = { port, step: 0, signal: signal ?? new AbortController().signal, onEvent: onEvent ?? (() => {}) };
  const answer = await callTool({ type: "call", tool: "select_region", args, why: "the one that was chosen" }, run);
  const { confidence: _, ...selection } = regionFound(answer);
  return selection;
}
