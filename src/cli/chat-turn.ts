/** One turn of a conversation on the command line: said, narrated, kept. */
import { type Conversation, type Equipped, saveTranscript, type TurnOutcome } from "../agent/index.ts";
import type { ChatFlags, Said } from "./chat-order.ts";
import type { Screen } from "./chat-screen.ts";
import type { CliRun } from "./deps.ts";
import { finding, narrator } from "./narrate.ts";
import type { ProgressSink } from "./progress.ts";
import type { Studio } from "./studio.ts";

export interface Chat {
  readonly run: CliRun;
  readonly studio: Studio;
  readonly agent: Equipped;
  readonly conversation: Conversation;
  readonly sink: ProgressSink;
  readonly flags: ChatFlags;
  /** Grows with every turn that did something. */
  readonly said: Said[];
}

/** One turn, narrated; Ctrl-C cancels it. Its transcript is kept with the session. */
export async function say(chat: Chat, request: string, screen?: Screen): Promise<TurnOutcome> {
  const { run, conversation, sink, flags, said, studio } = chat;
  const out = flags.json ? { write: () => {} } : run.stdout;
  const live = screen?.isLive === true;
  if (!live) out.write(`> ${request}\n`);
  const abort = new AbortController();
  const release = run.interrupts?.take(() => abort.abort());
  const signal = AbortSignal.any([run.signal, abort.signal]);
  try {
    const outcome = await conversation.say(request, { signal, onEvent: narrator(out, sink, { steps: live }) });
    sink.end();
    await saveTranscript(studio.workspace.dir, outcome);
    if (outcome.ok) {
      out.write(finding("done", outcome.text));
      said.push({ request, outcome });
      if (live) await showCurrent(chat, screen);
    }
    return outcome;
  } finally {
    release?.();
  }
}

async function showCurrent({ run, studio, conversation }: Chat, screen: Screen): Promise<void> {
  const { path } = studio.workspace.picture(conversation.current);
  await screen.show(
    await studio.engine.look({ image: path, maxEdge: 768 }, { signal: run.signal }),
    conversation.current,
  );
}
