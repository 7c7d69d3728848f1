/** Proposed edits tried out on pixels: previewed in a scratch folder, compared on one sheet, remembered by name. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { EditOutcome, Preview } from "../engine/api.ts";
import type { Box } from "../engine/raster.ts";
import { EditError } from "../errors.ts";
import { newId } from "../session/ids.ts";
import type { CandidateRecord } from "../session/records.ts";
import type { ToolCall, ToolContext } from "./context.ts";
import type { IntentDraft } from "./intent-drafts.ts";
import { recipeOf } from "./recipes.ts";
import { motionInput } from "./schemas.ts";
import { sheetOf } from "./sheet.ts";

/** A draft that could be previewed. */
export interface Tried {
  readonly draft: IntentDraft;
  readonly record: CandidateRecord;
  readonly outcome: EditOutcome;
}

export interface TryWish {
  readonly imageId: string;
  readonly sourcePrompt: string;
  readonly drafts: readonly IntentDraft[];
}

/**
 * Previews every draft below `scratch`. What the engine refuses (a target outside the picture, say) is left out; when it
 * refuses all of them, its first refusal is thrown.
 */
export async function tryDrafts(wish: TryWish, scratch: string, ctx: ToolContext, call: ToolCall): Promise<Tried[]> {
  const tried: Tried[] = [];
  let refusal: EditError | undefined;
  for (const [i, draft] of wish.drafts.entries()) {
    call.onProgress({ stage: "preview", done: i, total: wish.drafts.length });
    try {
      tried.push(await tryOut(draft, wish, join(scratch, String(i)), ctx, call));
    } catch (error) {
      if (!(error instanceof EditError) || error.code === "cancelled") throw error;
      refusal ??= error;
    }
  }
  if (tried.length === 0 && refusal !== undefined) throw refusal;
  return tried;
}

async function tryOut(
  draft: IntentDraft,
  { imageId, sourcePrompt }: TryWish,
  dir: string,
  ctx: ToolContext,
  { signal }: ToolCall,
): Promise<Tried> {
  const { engine, workspace } = ctx;
  const { prompt } = draft;
  const operations = draft.operations.map(({ regionId, motion }) => ({ regionId, motion: motionInput.parse(motion) }));
  const recipe = await recipeOf({ imageId, operations, prompt, sourcePrompt }, { quality: "preview" }, ctx);
  const { path } = workspace.picture(imageId);
  const outcome = await engine.edit({ image: path, recipe, baseDir: workspace.dir, dir }, { signal });
  const record = { id: newId("candidate"), imageId, operations: draft.operations, prompt, sourcePrompt };
  return { draft, record, outcome };
}

/** Longest edge of a tile, pixels. */
const TILE = 480;

/** One tile for each, numbered from 1, all showing the part of the picture that any of them changes. */
export async function candidateSheet(
  tried: readonly Tried[],
  { engine }: ToolContext,
  { signal }: ToolCall,
): Promise<Preview> {
  const tiles: Preview[] = [];
  const crop = sharedView(tried.map(({ outcome }) => outcome));
  for (const { outcome } of tried) {
    tiles.push(await engine.look({ image: outcome.files.image, crop, maxEdge: TILE }, { signal }));
  }
  return sheetOf(tiles, 2, true);
}

/** Around all edited boxes, with a quarter more on every side. */
export function sharedView(outcomes: readonly EditOutcome[]): Box {
  const boxes = outcomes.map(({ receipt }) => receipt.editedBox);
  const least = (corner: 0 | 1) => Math.min(...boxes.map((box) => box[corner]));
  const most = (corner: 2 | 3) => Math.max(...boxes.map((box) => box[corner]));
  const [x0, y0, x1, y1] = [least(0), least(1), most(2), most(3)];
  const pad = 0.25 * Math.max(x1 - x0, y1 - y0);
  const { width = x1, height = y1 } = outcomes[0] ?? {};
  return [Math.max(0, x0 - pad), Math.max(0, y0 - pad), Math.min(width, x1 + pad), Math.min(height, y1 + pad)];
}

/** The oldest are forgotten first. */
const MOST_CANDIDATES = 200;

export function remember(tried: readonly Tried[], { workspace: { candidates } }: ToolContext): void {
  for (const { record } of tried) candidates.set(record.id, record);
  for (const id of [...candidates.keys()].slice(0, Math.max(0, candidates.size - MOST_CANDIDATES))) {
    candidates.delete(id);
  }
}

/** Runs the work with a scratch folder of the session that is gone afterwards. */
export async function withScratch<T>({ workspace }: ToolContext, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = join(workspace.dir, "scratch", newId("candidate"));
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
