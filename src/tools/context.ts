/** Everything that a tool may use beside its own input. */
import type { CallOptions, Engine, Preview, Progress } from "../engine/api.ts";
import type { Workspace } from "../session/index.ts";
import type { ChatAnswer, ChatWish, Critique, CritiqueQuestion, IntentAnswer, IntentQuestion } from "./assistant.ts";
import type { Roots } from "./roots.ts";

/** Everything a tool may use; nothing else is reachable from one. */
export interface ToolContext {
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly roots: Roots;
  /** Execution device for edits; the engine's choice without it. */
  readonly device?: string;
  /** Vision model and agent loop, where the program has them. */
  readonly assistant?: Assistant;
  /** Pictures that came in beside the protocol (uploads over HTTP); without it tickets are refused. */
  readonly uploads?: Uploads;
  /** Makes links to exported files for callers who cannot read this machine's disk. */
  readonly downloads?: Downloads;
  /** true lets open_image fetch from public http(s) addresses; default false. */
  readonly fetchUrls?: boolean;
  /** false keeps paths of this machine out of answers, for callers on other machines; default true. */
  readonly showPaths?: boolean;
  /** For programs in which somebody watches: pictures of an edit under way. Asked for once per edit. */
  readonly film?: () => Film;
  /** A conversation calls the tools: on a queue that several share, its edits go before others of their length. */
  readonly conversational?: boolean;
  /** Receives what is not for the caller, e.g. the stack of an unexpected error. */
  readonly log?: (line: string) => void;
}

/** What an edit's sampling heads for, picture by picture. */
export interface Film {
  show(jobId: string, picture: Preview): void;
  /** The edit was made: its pictures stay with it. */
  keep(editId: string): Promise<void>;
}

/** One-time tickets for pictures that the caller has sent already. */
export interface Uploads {
  /** The file that was sent, which the tool removes once it has read it, and the name it was sent under. Throws `not-found` for a ticket that is unknown, used up or
   * not the caller's. */
  take(ticket: string): Promise<{ readonly path: string; readonly name: string }>;
}

/** Links under which a written file can be fetched for a while. */
export interface Downloads {
  /** An http(s) address. */
  offer(path: string): string;
}

/** Beside the engine's stages, a job may wait for its turn. `done` may carry a fraction: it rises with every report. */
export interface ToolProgress extends Omit<Progress, "stage"> {
  readonly stage: Progress["stage"] | "queued" | "working";
  /** Jobs that run before it; present when queued. */
  readonly ahead?: number;
}

/** The caller's signal, and where progress goes (nowhere when the caller did not ask for it). */
export interface ToolCall extends Required<Pick<CallOptions, "signal">> {
  readonly onProgress: (progress: ToolProgress) => void;
  /** The caller's own model, where the caller offers it. */
  readonly sampling?: SamplingPort;
}

/** Asks the connected MCP client's own model (sampling/createMessage); present where the client offers it. */
export interface SamplingPort {
  ask(request: {
    readonly system: string;
    readonly parts: readonly (
      | { readonly type: "text"; readonly text: string }
      | { readonly type: "image"; readonly data: string; readonly mimeType: string }
    )[];
    readonly maxTokens: number;
    readonly signal: AbortSignal;
  }): Promise<string>;
}

/** `propose` and `critique` answer undefined where no model is at hand. */
export interface Assistant {
  propose(question: IntentQuestion, call: ToolCall): Promise<IntentAnswer | undefined>;
  critique(question: CritiqueQuestion, call: ToolCall): Promise<Critique | undefined>;
  /** The whole loop; the local planner where no model is at hand. Refusals are answers, not errors. */
  chat(wish: ChatWish, ctx: ToolContext, call: ToolCall): Promise<ChatAnswer>;
}
