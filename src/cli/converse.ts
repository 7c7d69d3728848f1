/** A conversation about one picture on the command line: scripted turns, lines from a pipe, or a person at a terminal. */
import { Conversation, refusalError } from "../agent/index.ts";
import { parseRegionSpec } from "../engine/recipe/inline.ts";
import { openAgent, thinkingOf } from "./agent.ts";
import { canPrompt } from "./can-prompt.ts";
import { forecastSaid } from "./chat-forecast.ts";
import type { ChatFlags, ChatOrder } from "./chat-order.ts";
import { finishChat } from "./chat-result.ts";
import { chatSession, checkSession, pictureOf, remembered } from "./chat-session.ts";
import { type Chat, say } from "./chat-turn.ts";
import type { CliRun } from "./deps.ts";
import { budgetOf } from "./flags.ts";
import { finding } from "./narrate.ts";
import { plainScreen } from "./plain-screen.ts";
import { progressSink } from "./progress.ts";
import { selectRegion } from "./select-spec.ts";
import { inStudio, type Studio } from "./studio.ts";
import { talk } from "./talk.ts";

/** The session stays in the data folder, unless it must not or nothing was edited. */
export async function converse(run: CliRun, order: ChatOrder, flags: ChatFlags): Promise<void> {
  checkSession(flags, order);
  const live = order.say.length === 0 && !flags.json && isTerminal(run, flags.plain);
  const thinking = thinkingOf(run, flags, live);
  const region = order.region === undefined ? undefined : parseRegionSpec(order.region);
  const work = async (studio: Studio) => {
    const id = await pictureOf(run, studio, order.image);
    const found = region && (await selectRegion(run, studio, id, region));
    if (found !== undefined && !flags.json) run.stdout.write(finding("region", found.line));
    const agent = await openAgent(run, studio, flags, thinking);
    const stderr = flags.plain ? { write: (text: string) => run.stderr.write(text) } : run.stderr;
    const sink = progressSink(stderr, flags.quiet ?? false);
    const { port, planner, critic } = agent;
    const options = { imageId: id, selection: found?.selection, port, planner, critic, ...chosen(flags) };
    try {
      if (flags.dryRun) {
        return await forecastSaid({ run, ctx: agent.ctx, conversation: options, flags, sink }, order);
      }
      const conversation = new Conversation(options, remembered(studio.workspace, id));
      const chat: Chat = { run, studio, agent, conversation, sink, flags, said: [] };
      await turns(chat, order.say, live);
      await finishChat(chat, order);
    } finally {
      sink.end();
      await agent.close();
    }
  };
  await inStudio(run, flags.home, work, chatSession(flags));
}

function chosen(flags: ChatFlags) {
  const { quality, seed, model } = flags;
  const named = { ...(quality === undefined ? {} : { quality }), ...(seed === undefined ? {} : { seed }) };
  return { ...named, model, budget: budgetOf(flags) };
}

async function turns(chat: Chat, requests: readonly string[], live: boolean): Promise<void> {
  if (requests.length > 0) return script(chat, requests);
  const screen = live ? await liveScreen(chat.run) : plainScreen(chat.run);
  try {
    await talk(chat, screen);
  } finally {
    screen.close();
  }
}

/** Loaded where there is a terminal: pipes and scripts need none of it. */
async function liveScreen(run: CliRun) {
  const { terminalScreen } = await import("./terminal-screen.ts");
  return terminalScreen(run);
}

/** Every turn must succeed: the first refusal ends the script, as an error. */
async function script(chat: Chat, requests: readonly string[]): Promise<void> {
  for (const request of requests) {
    const { refused } = await say(chat, request);
    if (refused) throw refusalError(refused);
  }
}

/** Whether there is a terminal on both sides that may be redrawn. */
function isTerminal({ stdin, stdout, env }: CliRun, plain = false): boolean {
  return (
    stdin.isTTY === true && stdout.isTTY === true && canPrompt() && env.TERM !== "dumb" && !plain && !env.ACCESSIBLE
  );
}
