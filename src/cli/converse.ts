/** A conversation about one picture on the command line: scripted turns, or lines from stdin until it ends. */
import { createInterface } from "node:readline";
import { Conversation, choosePlanner, refusalError, type Selection, type TurnOutcome } from "../agent/index.ts";
import { parseRegionSpec } from "../engine/recipe/inline.ts";
import type { RegionSpec } from "../engine/recipe/schema.ts";
import { EditError } from "../errors.ts";
import { openRoots, type ToolContext } from "../tools/index.ts";
import { regionText } from "../tools/views.ts";
import { forecastSaid } from "./chat-forecast.ts";
import type { ChatFlags, ChatOrder, Said } from "./chat-order.ts";
import { finishChat } from "./chat-result.ts";
import type { CliRun } from "./deps.ts";
import { finding, narrator } from "./narrate.ts";
import { printError } from "./print.ts";
import { type ProgressSink, progressSink } from "./progress.ts";
import { inStudio, type Studio } from "./studio.ts";
import { linkedTools } from "./tool-port.ts";

interface Chat {
  readonly run: CliRun;
  readonly conversation: Conversation;
  readonly sink: ProgressSink;
  readonly flags: ChatFlags;
}

/** Without --out the result stays in the data folder, and so does the session. */
export async function converse(run: CliRun, order: ChatOrder, flags: ChatFlags): Promise<void> {
  const planner = choosePlanner({ ...flags, env: run.env });
  const region = order.region === undefined ? undefined : parseRegionSpec(order.region);
  const talk = async (studio: Studio) => {
    const { engine, workspace } = studio;
    const { id } = await workspace.openImage(engine, order.image, { signal: run.signal });
    const selection = region && (await selected(run, studio, id, region, flags.json ?? false));
    const ctx = await toolContext(run, studio, flags);
    const { port, close } = await linkedTools(ctx);
    const sink = progressSink(run.stderr, flags.quiet ?? false);
    const options = { imageId: id, selection, port, planner, ...chosen(flags) };
    try {
      if (flags.dryRun) return await forecastSaid({ run, ctx, conversation: options, flags, sink }, order);
      const said = await turns({ run, conversation: new Conversation(options), sink, flags }, order.say);
      await finishChat(run, studio, said, order, flags);
    } finally {
      sink.end();
      await close();
    }
  };
  await inStudio(run, flags.home, talk, ({ hasEdits }) => order.out === undefined && hasEdits);
}

async function toolContext(run: CliRun, { engine, workspace }: Studio, { device }: ChatFlags): Promise<ToolContext> {
  const roots = await openRoots(run.env.DRAGFLOW_ROOTS, run.cwd, [workspace.dir]);
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  return { engine, workspace, roots, log, ...(device === undefined ? {} : { device }) };
}

function chosen({ quality, seed, model }: ChatFlags) {
  return { ...(quality === undefined ? {} : { quality }), ...(seed === undefined ? {} : { seed }), model };
}

/** A box is fitted to the object in it, as select_region does; other shapes are taken as they are drawn. */
async function selected(
  run: CliRun,
  { engine, workspace }: Studio,
  imageId: string,
  region: RegionSpec,
  json: boolean,
): Promise<Selection> {
  const hint = { type: "region", region, refine: "box" in region } as const;
  const record = await workspace.select(engine, imageId, { hint, baseDir: run.cwd }, { signal: run.signal });
  const { id, selection } = record;
  if (!json) run.stdout.write(finding("region", regionText(record)));
  return { regionId: id, box: selection.box, centroid: selection.centroid };
}

function turns(chat: Chat, requests: readonly string[]): Promise<Said[]> {
  return requests.length > 0 ? script(chat, requests) : prompt(chat);
}

/** Every turn must succeed: the first refusal ends the script, as an error. */
async function script(chat: Chat, requests: readonly string[]): Promise<Said[]> {
  const said: Said[] = [];
  for (const request of requests) {
    const outcome = await say(chat, request);
    if (outcome.refused) throw refusalError(outcome.refused);
    said.push({ request, outcome });
  }
  return said;
}

/** Lines from stdin; a refusal is said and the conversation goes on. */
async function prompt(chat: Chat): Promise<Said[]> {
  const { run } = chat;
  const said: Said[] = [];
  const lines = createInterface({ input: run.stdin, signal: run.signal });
  const ask = () => run.stdin.isTTY && run.stderr.write("Say how the picture should change (an empty line ends): ");
  ask();
  for await (const line of lines) {
    const request = line.trim();
    if (request === "" || request === "/quit") break;
    const outcome = await say(chat, request);
    if (outcome.refused) printError(run, refusalError(outcome.refused), false);
    else said.push({ request, outcome });
    if (run.signal.aborted) break;
    ask();
  }
  lines.close();
  if (run.signal.aborted) throw new EditError("cancelled", "Interrupted");
  return said;
}

async function say({ run, conversation, sink, flags }: Chat, request: string): Promise<TurnOutcome> {
  const out = flags.json ? { write: () => {} } : run.stdout;
  out.write(`> ${request}\n`);
  const outcome = await conversation.say(request, { signal: run.signal, onEvent: narrator(out, sink) });
  sink.end();
  if (outcome.ok) out.write(finding("done", outcome.text));
  return outcome;
}
