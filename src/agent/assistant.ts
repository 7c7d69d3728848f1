/** What the tools ask of a vision model: intents, a verdict, a whole conversation turn. */
import type { ChatAnswer } from "../tools/assistant.ts";
import type { Assistant, SamplingPort, ToolCall } from "../tools/context.ts";
import { Conversations } from "./conversations.ts";
import type { AgentEvent, EventSink } from "./events.ts";
import { createLocalPlanner } from "./local/planner.ts";
import { askCritique } from "./model/ask-critique.ts";
import { askIntents } from "./model/ask-intents.ts";
import type { ModelConfig } from "./model/config.ts";
import type { AskCall, Model } from "./model/model.ts";
import { createModelPlanner } from "./model/planner.ts";
import { createSamplingPlanner, samplingModel } from "./model/sampling.ts";
import { asSource, type ModelSource } from "./model/source.ts";
import type { Planner } from "./planner.ts";
import type { TurnOutcome } from "./turn.ts";

export interface AssistantOptions {
  /** The configured endpoint. The connected client's own model goes first, where it offers one. */
  readonly model?: ModelConfig | ModelSource | undefined;
  /** Hears which pixels go where, tokens and faults, and every step of a conversation. */
  readonly onEvent?: EventSink | undefined;
}

/**
 * Asks the caller's own model (sampling), else the configured one; propose and critique answer undefined and chat takes the
 * local planner where neither is there. Throws EditError `usage` for a base URL that is none.
 */
export function createAssistant({ model, onEvent }: AssistantOptions = {}): Assistant {
  const source = model && asSource(model);
  const tell = onEvent ?? (() => {});
  const conversations = new Conversations();
  const asked = modelsOf(source);
  const planned = plannersOf(source);

  const assistant = (heard: EventSink, own?: SamplingPort): Omit<Assistant, "chat"> => {
    const withModel = async <T>(call: ToolCall, ask: (model: Model, call: AskCall) => Promise<T>) => {
      const found = await asked(call.sampling ?? own);
      return found && ask(found, { signal: call.signal, onEvent: heard });
    };
    return {
      propose: (question, call) => withModel(call, (one, how) => askIntents(question, one, how)),
      critique: (question, call) => withModel(call, (one, how) => askCritique(question, one, how)),
    };
  };

  const chat = async (...[wish, ctx, call]: Parameters<Assistant["chat"]>): Promise<ChatAnswer> => {
    const heard = (event: AgentEvent) => {
      tell(event);
      reportProgress(event, call);
    };
    const planner = planned(call.sampling);
    const outcome = await conversations.say(wish, ctx, {
      planner,
      signal: call.signal,
      onEvent: heard,
      // A turn's tools ask the same model as its planner.
      assistantFor: (sink) => assistant(sink, call.sampling),
    });
    return chatAnswer(outcome, planner);
  };
  return { ...assistant(tell), chat };
}

/** One model per port: it remembers nothing, but counts. */
function modelsOf(source: ModelSource | undefined): (sampling: SamplingPort | undefined) => Promise<Model | undefined> {
  const models = new WeakMap<SamplingPort, Promise<Model>>();
  return async (sampling) => {
    if (sampling === undefined) return source?.open();
    const model = models.get(sampling) ?? samplingModel(sampling);
    models.set(sampling, model);
    return model;
  };
}

function plannersOf(source: ModelSource | undefined): (sampling: SamplingPort | undefined) => Planner {
  const configured = source === undefined ? createLocalPlanner() : createModelPlanner(source);
  return (sampling) => (sampling === undefined ? configured : createSamplingPlanner(sampling));
}

/** The engine's own stages pass; how far a conversation is, nobody knows. */
function reportProgress(event: AgentEvent, { onProgress }: ToolCall): void {
  if (event.type !== "progress") return;
  const { done, total } = event.progress;
  onProgress({ stage: "working", done, total });
}

function chatAnswer(outcome: TurnOutcome, planner: Planner): ChatAnswer {
  const { ok, editId, text, assumed, question, refused } = outcome;
  const hint = refused?.hint === undefined || question !== undefined ? "" : ` ${refused.hint}`;
  return {
    ok,
    ...(editId === undefined ? {} : { editId }),
    text: `${text}${hint}`,
    planner: planner.name,
    assumed,
    ...(question && { question: { text: question.text, choices: question.choices.map(({ say }) => say) } }),
  };
}
