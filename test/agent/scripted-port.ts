/** A ToolPort that answers from a table and records every call. */

import type { ToolAnswer, ToolCallOptions, ToolPort } from "../../src/agent/port.ts";
import type { Gates } from "../../src/engine/api.ts";

type Args = Readonly<Record<string, unknown>>;
type Handler = (args: Args, options: ToolCallOptions) => ToolAnswer | Promise<ToolAnswer>;

export interface ScriptedPort extends ToolPort {
  readonly calls: { name: string; args: Args }[];
  argsOf(name: string): Args[];
}

export const PIXEL = "iVBORw0KGgo=";
export const GOOD: Gates = {
  sourceCleared: 0.9,
  targetArrived: 0.9,
  seamEnergy: 1,
  fillTexture: 0.9,
  fillPlausible: 0.9,
  score: 0.9,
};
export const POOR: Gates = { ...GOOD, sourceCleared: 0.1, score: 0.45 };

export function said(structured: Record<string, unknown>, text = "", image?: string): ToolAnswer {
  const images = image === undefined ? [] : [{ data: image, mimeType: "image/png" }];
  return { structured, text, images, isError: false };
}

export function refused(text: string): ToolAnswer {
  return { structured: {}, text, images: [], isError: true };
}

/** An ended job whose edit has these gates. */
export function job(editId: string, gates: Gates = GOOD, status = "done"): ToolAnswer {
  const receipt = {
    lossless: true,
    outsideChanged: 0,
    outsideSha256: "ab",
    outsidePixels: 9,
    editedBox: [0, 0, 1, 1],
    editableArea: 0.1,
  };
  const edit = { editId, tier: "full", tiers: { full: gates }, receipt };
  return said(
    { jobId: `job-${editId}`, status, ...(status === "done" ? { editId, edit } : {}) },
    `${editId}: ${status}`,
    PIXEL,
  );
}

export function region(confidence = 0.9, regionId = "region-1"): ToolAnswer {
  return said({ regionId, box: [300, 200, 500, 400], centroid: [400, 300], area: 0.1, confidence }, regionId, PIXEL);
}

/** A picture of 800 x 600 whose tools all succeed, but for what `handlers` say. */
export function scriptedPort(handlers: Readonly<Record<string, Handler>> = {}): ScriptedPort {
  const calls: { name: string; args: Args }[] = [];
  const table: Readonly<Record<string, Handler>> = {
    look: () => said({ width: 800, height: 600, shownWidth: 400, shownHeight: 300 }, "looked", PIXEL),
    select_region: () => region(),
    preview_edit: () => said({ editId: "preview-1" }, "previewed", PIXEL),
    start_edit: () => job("edit-1"),
    ...handlers,
  };
  return {
    calls,
    argsOf: (name) => calls.filter((call) => call.name === name).map((call) => call.args),
    async list() {
      return Object.keys(table).map((name) => ({ name, description: `Does ${name}`, inputSchema: { type: "object" } }));
    },
    async call(name, args, options = {}) {
      calls.push({ name, args });
      const handler = table[name];
      if (handler === undefined) throw new Error(`Expected a scripted tool, got ${name}`);
      return handler(args, options);
    },
  };
}

/** Answers one after the other; the last one again and again. */
export function inTurn(...answers: readonly ToolAnswer[]): Handler {
  let at = 0;
  return () => answers[Math.min(at++, answers.length - 1)] ?? refused("nothing scripted");
}
