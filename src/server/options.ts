/** What a server is given, and its limits. */
import type { Engine } from "../engine/api.ts";
import type { ToolContext } from "../tools/index.ts";

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
}

export const DEFAULT_LIMITS: ServerLimits = {
  messageBytes: 32 * 1024 * 1024,
  uploadBytes: 256 * 1024 * 1024,
  sessions: 64,
  idleMs: 30 * 60_000,
  ticketMs: 15 * 60_000,
};

/** What every session's tools are given alike. */
export type SharedContext = Pick<ToolContext, "assistant" | "device" | "fetchUrls">;

export interface ServerOptions {
  /** One for all sessions; the server does not close it. */
  readonly engine: Engine;
  /** Data folder. */
  readonly home: string;
  readonly shared?: SharedContext;
  /** Resolved folders that the operator opened to every caller; none by default: pictures come over tickets and data URIs. */
  readonly roots?: readonly string[];
  /** Any of them is good; empty: none is asked for. Each token's holder is a caller of its own. */
  readonly tokens?: readonly string[];
  /** Address the server is bound to. Default 127.0.0.1. */
  readonly host?: string;
  /** Further names that the server answers to. */
  readonly hostNames?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  readonly log?: (line: string) => void;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}
