/** chat --dry-run: the words are understood and a region is selected, the edit they ask for is only forecast. */
import { Conversation, type ConversationOptions, refusalError, type ToolPort } from "../agent/index.ts";
import type { PlanRequest } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { ToolContext } from "../tools/index.ts";
import { recipeOf } from "../tools/recipes.ts";
import { editInput } from "../tools/schemas.ts";
import type { ChatFlags, ChatOrder } from "./chat-order.ts";
import type { CliRun } from "./deps.ts";
import { printForecast } from "./dry-run.ts";
import { narrator } from "./narrate.ts";
import type { ProgressSink } from "./progress.ts";

/** Carries the arguments of the edit that a turn was about to make out of that turn. */
class Planned extends Error {
  readonly args: Readonly<Record<string, unknown>>;

  constructor(args: Readonly<Record<string, unknown>>) {
    super("an edit was planned");
    this.args = args;
  }
}

export interface ForecastChat {
  readonly run: CliRun;
  readonly ctx: ToolContext;
  readonly conversation: ConversationOptions;
  readonly flags: ChatFlags;
  readonly sink: ProgressSink;
}

/** Throws `usage` unless there is one turn, and the turn's refusal where its words ask for no edit. */
export async function forecastSaid(chat: ForecastChat, { say, report }: ChatOrder): Promise<void> {
  const { run, ctx, flags } = chat;
  const [request, ...more] = say;
  if (request === undefined || more.length > 0) {
    throw new EditError("usage", `Expected one --say with --dry-run, got ${say.length}`);
  }
  const edit = editInput.parse(await plannedEdit(request, chat));
  const { quality = "full", model, seed } = flags;
  const wish: PlanRequest = {
    image: ctx.workspace.picture(edit.imageId).path,
    recipe: await recipeOf(edit, { quality, model, seed }, ctx),
    baseDir: ctx.workspace.dir,
  };
  if (report !== undefined) wish.dir = report;
  if (ctx.device !== undefined) wish.device = ctx.device;
  printForecast(run, await ctx.engine.plan(wish, { signal: run.signal }), flags, { request });
}

async function plannedEdit(request: string, { run, conversation, flags, sink }: ForecastChat): Promise<object> {
  const onEvent = narrator(flags.json ? { write: () => {} } : run.stdout, sink);
  const port: ToolPort = { list: () => conversation.port.list(), call: stopAtEdit(conversation.port) };
  try {
    const { refused, text } = await new Conversation({ ...conversation, port }).say(request, {
      signal: run.signal,
      onEvent,
    });
    throw refusalError(refused ?? { code: "not-understood", message: text });
  } catch (error) {
    if (!(error instanceof Planned)) throw error;
    const { seed: _seed, quality: _quality, model: _model, waitSeconds: _wait, ...edit } = error.args;
    return edit;
  }
}

function stopAtEdit(port: ToolPort): ToolPort["call"] {
  return (name, args, options) => {
    if (name === "preview_edit" || name === "start_edit") return Promise.reject(new Planned(args));
    return port.call(name, args, options);
  };
}
