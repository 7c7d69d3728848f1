/** A case's edit: straight through the engine, or from words through the agent with the local planner. */
import { Conversation, createLocalPlanner, type Selection, type ToolPort } from "../agent/index.ts";
import type { CallOptions, Engine } from "../engine/api.ts";
import type { RegionSpec } from "../engine/recipe/schema.ts";
import { EditError } from "../errors.ts";
import type { EditRecord, EditWish, Workspace } from "../session/index.ts";
import type { SayRequest, Settings, SuiteCase } from "./suite/suite.ts";

/** What a run works with; all of it is the caller's, and stays open. */
export interface EvalStudio {
  readonly engine: Engine;
  readonly workspace: Workspace;
  /** The tools of that workspace, as an agent calls them. */
  readonly port: ToolPort;
  readonly device: string | undefined;
}

/** @throws EditError of the engine; a refusal of the agent is thrown too. */
export async function makeEdit(
  studio: EvalStudio,
  imageId: string,
  one: SuiteCase,
  settings: Settings,
  call: CallOptions,
): Promise<EditRecord> {
  const { request, baseDir } = one;
  if (request.type === "say") return said(studio, imageId, request, baseDir, settings, call);
  return studio.workspace.edit(studio.engine, imageId, wishOf(studio, request.recipe, baseDir), call);
}

export function wishOf({ device }: EvalStudio, recipe: EditWish["recipe"], baseDir: string): EditWish {
  return { recipe, baseDir, embed: false, ...(device === undefined ? {} : { device }) };
}

async function said(
  studio: EvalStudio,
  imageId: string,
  { text, region }: SayRequest,
  baseDir: string,
  { quality, seed, model }: Settings,
  { signal, onProgress }: CallOptions,
): Promise<EditRecord> {
  const selection = region && (await selected(studio, imageId, region, baseDir, signal));
  const planner = createLocalPlanner();
  const conversation = new Conversation({ imageId, selection, port: studio.port, planner, quality, seed, model });
  const outcome = await conversation.say(text, {
    signal,
    onEvent(event) {
      if (event.type !== "progress") return;
      const { done, total } = event.progress;
      onProgress?.({ stage: "drag", done, total });
    },
  });
  if (outcome.editId !== undefined) return studio.workspace.edited(outcome.editId);
  const { code = "not-understood", message = outcome.text, hint } = outcome.refused ?? {};
  throw new EditError(code, message, hint === undefined ? {} : { hint });
}

/** As chat takes --region: a box is fitted to the object in it, other shapes are taken as they are drawn. */
async function selected(
  { engine, workspace }: EvalStudio,
  imageId: string,
  region: RegionSpec,
  baseDir: string,
  signal: AbortSignal | undefined,
): Promise<Selection> {
  const hint = { type: "region", region, refine: "box" in region } as const;
  const { id, selection } = await workspace.select(
    engine,
    imageId,
    { hint, baseDir },
    signal === undefined ? {} : { signal },
  );
  return { regionId: id, box: selection.box, centroid: selection.centroid };
}
