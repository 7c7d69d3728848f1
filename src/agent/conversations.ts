/** One conversation per session, kept between calls of chat_edit, so that "a bit further" has something to refer to. */
import type { ChatWish } from "../tools/assistant.ts";
import type { Assistant, ToolContext } from "../tools/context.ts";
import { longAxisOf } from "../tools/long-axis.ts";
import { Conversation } from "./conversation.ts";
import type { EventSink } from "./events.ts";
import { withIntents } from "./intents.ts";
import { linkedTools } from "./linked-tools.ts";
import type { Planner, PlannerCall } from "./planner.ts";
import type { Selection } from "./thread.ts";
import { toolCritic } from "./tool-critic.ts";
import { saveTranscript } from "./transcript.ts";
import type { TurnOutcome } from "./turn.ts";

type Asked = Omit<Assistant, "chat">;

export interface SayCall {
  readonly planner: Planner;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
  /** What the tools of this turn ask, and where it tells of it. */
  readonly assistantFor: (sink: EventSink) => Asked;
}

/** A conversation, and what its tools ask while a turn runs. */
interface Talk {
  readonly conversation: Conversation;
  readonly turn: { assistantFor: SayCall["assistantFor"]; assistant: Asked | undefined };
  readonly onAsk: (call: PlannerCall) => void;
  last: Promise<unknown>;
}

export class Conversations {
  readonly #talks = new WeakMap<object, Promise<Talk>>();

  /** One turn at a time; the others wait. */
  async say(wish: ChatWish, ctx: ToolContext, call: SayCall): Promise<TurnOutcome> {
    const opened = this.#talks.get(ctx.workspace) ?? openTalk(wish, ctx, call);
    this.#talks.set(ctx.workspace, opened);
    const talk = await opened;
    const turn = talk.last.catch(() => {}).then(() => turnOf(talk, wish, ctx, call));
    talk.last = turn;
    return turn;
  }
}

/** The link to the tools lives as long as the session: it holds nothing that has to be closed. */
async function openTalk({ imageId }: ChatWish, ctx: ToolContext, { planner, assistantFor }: SayCall): Promise<Talk> {
  const turn: Talk["turn"] = { assistantFor, assistant: undefined };
  const assistant: Assistant = {
    propose: async (question, call) => turn.assistant?.propose(question, call),
    critique: async (question, call) => turn.assistant?.critique(question, call),
    chat: async () => ({ ok: false, text: "A conversation cannot begin another one", planner: "local", assumed: [] }),
  };
  const { port } = await linkedTools({ ...ctx, assistant });
  // What an answer costs belongs to the turn that asked for it.
  const onAsk = ({ onEvent }: PlannerCall) => {
    turn.assistant = turn.assistantFor(onEvent);
  };
  const conversation = new Conversation({ imageId, port, planner, critic: toolCritic(port, onAsk) });
  return { conversation, turn, onAsk, last: Promise.resolve() };
}

/** A model that plans is asked for intents too; the grammar's words are the intent. */
async function turnOf(talk: Talk, wish: ChatWish, ctx: ToolContext, call: SayCall): Promise<TurnOutcome> {
  const { conversation, turn, onAsk } = talk;
  const { request, imageId, regionId, rounds, quality = "full" } = wish;
  if (conversation.current !== imageId) conversation.checkout(imageId);
  if (regionId !== undefined) conversation.select(await selectionOf(ctx, regionId));
  const planner = call.planner.name === "local" ? call.planner : withIntents(call.planner, onAsk);
  conversation.use({ planner, quality, budget: rounds === undefined ? {} : { rounds } });
  turn.assistantFor = call.assistantFor;
  turn.assistant = call.assistantFor(call.onEvent);
  try {
    const outcome = await conversation.say(request, { signal: call.signal, onEvent: call.onEvent });
    await saveTranscript(ctx.workspace.dir, outcome);
    return outcome;
  } finally {
    turn.assistant = undefined;
  }
}

async function selectionOf({ workspace }: ToolContext, id: string): Promise<Selection> {
  const { selection, maskPath } = workspace.region(id);
  const { box, centroid } = selection;
  return { regionId: id, box, centroid, longAxis: await longAxisOf(maskPath) };
}
