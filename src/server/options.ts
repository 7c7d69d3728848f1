/** What a server is given, and its limits. */
import type { EventSink } from "../agent/index.ts";
import type { Engine } from "../engine/api.ts";
import type { HandedEdits, SessionLocks } from "../session/index.ts";
import type { Assistant, ToolContext } from "../tools/index.ts";

export interface ServerLimits {
  /** Bytes of one protocol message: room for a data URI of 20 MB in base64. */
  readonly messageBytes: number;
  readonly uploadBytes: number;
  /** MCP sessions at a time. */
  readonly sessions: number;
  /** A session with no open request is dropped after this long. */
  readonly idleMs: number;
  /** Upload tickets and download links live this long. */
  readonly ticketMs: number;
  /** Most pixels of a picture, as the engine has it: told to callers. */
  readonly pixels: number;
  /** Requests a caller or address may send per minute, where others than this machine can reach the server. */
  readonly requestsPerMinute: number;
  /** How long running work may go on when the server is told to stop. */
  readonly drainMs: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  messageBytes: 32 * 1024 * 1024,
  uploadBytes: 256 * 1024 * 1024,
  sessions: 64,
  idleMs: 30 * 60_000,
  ticketMs: 15 * 60_000,
  pixels: 268_000_000,
  requestsPerMinute: 1200,
  drainMs: 2000,
};

/** Edits that wait, edits that are made, workers that are there. */
export interface QueueDepth {
  readonly waiting: number;
  readonly active: number;
  readonly workers: number;
}

/** What every session's tools are given alike. */
export type SharedContext = Pick<ToolContext, "assistant" | "device" | "fetchUrls">;

export interface ServerOptions {
  /** One for all sessions; the server does not close it. */
  readonly engine: Engine;
  /** Data folder. */
  readonly home: string;
  /** How other servers are kept from writing a session. Default: by its lock file. */
  readonly lock?: SessionLocks;
  /** Where edits that a server had begun which is no more may still be made. Default: such edits are interrupted. */
  readonly handed?: HandedEdits | undefined;
  /** Of the queue that this server shares with others, by lane; without one there is none to tell. */
  readonly queueDepth?: () => Promise<Readonly<Record<string, QueueDepth>>>;
  readonly shared?: SharedContext;
  /** Resolved folders that the operator opened to every caller; none by default: pictures come over tickets and data URIs. */
  readonly roots?: readonly string[];
  /** Any of them is good; empty: none is asked for. Each token's holder is a caller of its own. */
  readonly tokens?: readonly string[];
  /** Address the server is bound to. Default 127.0.0.1. */
  readonly host?: string;
  /** Further names that the server answers to. */
  readonly hostNames?: readonly string[];
  /** For sessions of the API: an agent whose steps go to that session's events. Without it `shared.assistant` serves. */
  readonly assistantFor?: (onEvent: EventSink) => Assistant;
  /** Which planner answers in the chat. Default local. */
  readonly planner?: "local" | "model";
  /** Folder of the built page. */
  readonly pageDir?: string;
  /** One line per request: no bodies, no tokens, no names of pictures. */
  readonly onRequest?: (record: RequestRecord) => void;
  readonly limits?: Partial<ServerLimits>;
  readonly log?: (line: string) => void;
  /** Milliseconds of a clock that nobody sets; for tests. */
  readonly now?: () => number;
}

/** What is logged of a request. */
export interface RequestRecord {
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern, e.g. /api/v1/images/:imageId: ids stay out. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}
