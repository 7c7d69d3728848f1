/** All that the agent knows about tools: a list and a way to call one. Pixels come back as encoded images. */

export interface ToolInfo {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A small picture beside an answer. */
export interface ToolImage {
  /** Base64 of an encoded picture. */
  readonly data: string;
  readonly mimeType: string;
}

/** `isError` answers have words for the caller in `text` ("code: message. hint") and nothing structured. */
export interface ToolAnswer {
  readonly structured: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly images: readonly ToolImage[];
  readonly isError: boolean;
}

/** Steps done of `total`; `message` begins with the stage. */
export interface ToolProgress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

export interface ToolCallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ToolProgress) => void;
}

/** The tools, wherever they run. */
export interface ToolPort {
  list(): Promise<readonly ToolInfo[]>;
  /** Rejects only where the tools cannot be reached or the signal fired; a tool's own refusal is an answer. */
  call(name: string, args: Readonly<Record<string, unknown>>, options?: ToolCallOptions): Promise<ToolAnswer>;
}
