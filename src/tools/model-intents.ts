/** What a drag may mean, as a vision model reads the picture with source, target and arrow drawn in. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { askedModel } from "./asked-model.ts";
import type { IntentAnswer, IntentItem, IntentType } from "./assistant.ts";
import type { ToolCall, ToolContext } from "./context.ts";
import { type DraggedItem, draftOf, givesWay, type IntentDraft, moves, turns } from "./intent-drafts.ts";
import { recipeOf } from "./recipes.ts";
import { motionInput } from "./schemas.ts";
import { PREVIEW_BYTES, previewOf } from "./views.ts";

export interface ModelWish {
  readonly imageId: string;
  readonly items: readonly (DraggedItem & Pick<IntentItem, "box">)[];
  readonly request?: string | undefined;
}

/** More are not worth the caller's time. */
const MOST = 4;

/** What a model read; no drafts where none answers, with why where it was asked, or none of its candidates fits. */
export interface ModelReading {
  readonly found?: { readonly drafts: IntentDraft[]; readonly background: string };
  readonly problem?: string;
}

export async function modelDrafts(
  wish: ModelWish,
  scratch: string,
  ctx: ToolContext,
  call: ToolCall,
): Promise<ModelReading> {
  const { assistant } = ctx;
  if (assistant === undefined) return {};
  const items = wish.items.map(({ label, box, centroid, target }) => ({ label, box, centroid, target }));
  const { request } = wish;
  const question = {
    ...(await pictures(wish, scratch, ctx, call)),
    items,
    ...(request === undefined ? {} : { request }),
  };
  const { answer, problem } = await askedModel(assistant.propose(question, call));
  if (answer === undefined) return problem === undefined ? {} : { problem };
  const drafts = draftsOf(answer, wish.items);
  if (drafts.length === 0) return { problem: "none of its readings fits these parts" };
  return { found: { drafts, background: answer.background } };
}

/** The picture as it is, and with each source red, its target green and an arrow between them. */
async function pictures({ imageId, items }: ModelWish, scratch: string, ctx: ToolContext, { signal }: ToolCall) {
  const operations = items.map((item) => ({ regionId: item.regionId, motion: motionInput.parse(moves(item).motion) }));
  const recipe = await recipeOf({ imageId, operations }, { quality: "preview" }, ctx);
  const { engine, workspace } = ctx;
  const { path } = workspace.picture(imageId);
  const dir = join(scratch, "plan");
  const { files } = await engine.plan({ image: path, recipe, baseDir: workspace.dir, dir }, { signal });
  const original = await previewOf(ctx, path, signal);
  const overlay = await engine.look({ image: files?.regions ?? path, maxBytes: PREVIEW_BYTES }, { signal });
  await rm(dir, { recursive: true, force: true });
  return { original, overlay };
}

const PHRASES = { relocation: moves, deformation: givesWay, rotation: turns } as const satisfies Record<
  IntentType,
  unknown
>;

function draftsOf({ candidates }: IntentAnswer, items: readonly DraggedItem[]): IntentDraft[] {
  const fitting = candidates.filter(({ types }) => types.length === items.length).slice(0, MOST);
  return fitting.map(({ types, prompt, reason, confidence }) => {
    // A turn that the geometry does not allow (nothing to turn about) is a move.
    const phraseOf = (item: DraggedItem, i: number) => PHRASES[types[i] ?? "relocation"](item) ?? moves(item);
    return { ...draftOf(items, phraseOf, { prompt, reason }), confidence };
  });
}
