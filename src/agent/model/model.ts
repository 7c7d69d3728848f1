/** One model behind one wire: asks with retries, counts what it costs, and knows in which form it answers. */
import { EditError } from "../../errors.ts";
import type { EventSink } from "../events.ts";
import { type Reply, replyOf } from "./completion.ts";
import { Faults } from "./faults.ts";
import { RUNGS, type Rung, rungOf, without, withRung } from "./ladder.ts";
import type { Abilities } from "./memory.ts";
import type { ModelProfile } from "./profiles/profile.ts";
import { withRetries } from "./retry.ts";
import { moneyOf, NOTHING_SPENT, type Spend, withReply } from "./spend.ts";
import { type Wire, WireError, type WireRequest } from "./wire.ts";

export interface AskCall {
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** What a Model is made of. */
export interface ModelParts {
  readonly name: string;
  readonly wire: Wire;
  readonly profile: ModelProfile;
  readonly abilities: Abilities;
  readonly retries: number;
  /** Set: this form only, whatever was found out. */
  readonly rung?: Rung | undefined;
  readonly stream?: boolean | undefined;
  /** Told when something new was found out. */
  readonly onFound?: (abilities: Abilities) => void;
}

/** Sizes are 0 where they are not known. */
export interface SentPicture {
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
}

export class Model {
  readonly name: string;
  readonly host: string;
  readonly profile: ModelProfile;
  readonly faults = new Faults();
  readonly #parts: ModelParts;
  #abilities: Abilities;
  #spend: Spend = NOTHING_SPENT;
  /** Off after the first stream that failed: servers that answer whole may still stream badly. */
  #streams: boolean;

  constructor(parts: ModelParts) {
    this.name = parts.name;
    this.host = parts.wire.host;
    this.profile = parts.profile;
    this.#parts = parts;
    this.#abilities = parts.abilities;
    this.#streams = parts.stream ?? false;
  }

  /** Says that a picture leaves this machine with the next request; in a replay none does. */
  tellPicture({ bytes, width, height }: SentPicture, onEvent: EventSink): void {
    if (this.#parts.wire.isLocal) return;
    onEvent({ type: "pixels-sent", host: this.host, bytes, ...(width > 0 ? { width, height } : {}) });
  }

  get spend(): Spend {
    return this.#spend;
  }

  get rung(): Rung {
    return this.#parts.rung ?? rungOf(this.#abilities, this.profile);
  }

  /** Whether the form was seen to work or fail before, here or in an earlier run. */
  isSure(rung: Rung): boolean {
    if (this.#parts.rung !== undefined || rung === "prompt") return true;
    return this.#abilities[rung] !== undefined;
  }

  /** The form worked. */
  confirm(rung: Rung): void {
    this.#found(withRung(this.#abilities, rung));
  }

  /** Whether a question may come with a schema; a fixed form says so itself. */
  get takesSchema(): boolean {
    return this.#parts.rung !== "prompt" && this.#abilities.schema !== false;
  }

  confirmSchema(): void {
    this.#found({ ...this.#abilities, schema: true });
  }

  /** The endpoint refused a schema; false where it took one before, so that the refusal means something else. */
  denySchema(why: string, onEvent: EventSink): boolean {
    if (this.#abilities.schema === true) return false;
    this.#found({ ...this.#abilities, schema: false });
    this.faults.tell("rung-lowered", `${why}; asking for JSON in words from here on`, onEvent);
    return true;
  }

  /** The form does not work; false where there is no lower one. */
  lower(rung: Rung, why: string, onEvent: EventSink): boolean {
    if (this.#parts.rung !== undefined || rung === "prompt") return false;
    this.#found(without(this.#abilities, rung));
    const next = RUNGS[RUNGS.indexOf(rung) + 1];
    this.faults.tell("rung-lowered", `${why}; asking for "${next}" instead of "${rung}" from here on`, onEvent);
    return true;
  }

  /**
   * One request and its reply. Throws WireError `status` as it came, so that the caller may ask in another form; every
   * other failure as EditError `model-endpoint` or `cancelled`.
   */
  async ask(request: Omit<WireRequest, "model">, call: AskCall): Promise<Reply> {
    const { signal, onEvent } = call;
    const tell = (delta: string) => onEvent({ type: "model-text", delta });
    let retries = 0;
    const start = performance.now();
    const attempt = () =>
      this.#parts.wire.send({ ...request, model: this.name }, { signal, onDelta: this.#streams ? tell : undefined });
    const onRetry = (error: WireError, waitMs: number) => {
      retries++;
      this.#streams = false;
      const kind = error.kind === "partial-stream" ? "partial-stream" : "request-failed";
      this.faults.tell(kind, `${error.message}; again in ${(waitMs / 1000).toFixed(1)} s`, onEvent);
    };
    const value = await withRetries(attempt, { retries: this.#parts.retries, signal, onRetry }).catch((error) => {
      throw this.#thrown(error);
    });
    const reply = replyOf(value);
    if (reply === undefined) throw this.#noCompletion(onEvent);
    if (reply.text === "" && reply.calls.length === 0) this.#streams = false;
    this.#count(reply, request, { retries, seconds: (performance.now() - start) / 1000 }, onEvent);
    return reply;
  }

  #thrown(error: unknown): unknown {
    if (!(error instanceof WireError)) return error;
    return error.kind === "status" && error.status !== undefined ? error : endpointError(error);
  }

  #noCompletion(onEvent: EventSink): EditError {
    this.faults.tell("not-a-completion", `${this.host} answered with something that is no completion`, onEvent);
    return new EditError("model-endpoint", `Expected a chat completion from ${this.host}, got another answer`, {
      hint: "The endpoint must speak Chat Completions; its base URL often ends in /v1",
    });
  }

  #count(
    reply: Reply,
    request: Omit<WireRequest, "model">,
    took: { readonly retries: number; readonly seconds: number },
    onEvent: EventSink,
  ): void {
    const usage = reply.usage ?? { inputTokens: 0, outputTokens: 0 };
    const { price } = this.profile;
    this.#spend = withReply(this.#spend, { ...usage, ...took, imageBytes: imageBytes(request) }, price);
    if (reply.usage === undefined) return;
    const money = price && moneyOf(usage.inputTokens, usage.outputTokens, price);
    onEvent({ type: "model-usage", ...usage, ...(money === undefined ? {} : { money }) });
  }

  #found(abilities: Abilities): void {
    const { tools, schema } = this.#abilities;
    if (tools === abilities.tools && schema === abilities.schema) return;
    this.#abilities = abilities;
    this.#parts.onFound?.(abilities);
  }
}

/** What the user is told when no reply came. */
export function endpointError(error: WireError): EditError {
  if (error.kind === "aborted") return new EditError("cancelled", "The turn was cancelled");
  if (error.kind === "replay") {
    return new EditError("model-endpoint", error.message, {
      hint: "Record again with --record, or leave --replay out",
    });
  }
  const hint = "Check --base-url, --llm and the key, or use --planner local; dragflow doctor tries the endpoint out";
  return new EditError("model-endpoint", error.message, { hint });
}

function imageBytes({ messages }: Omit<WireRequest, "model">): number {
  return messages.flatMap(imageUrls).reduce((sum, url) => sum + bytesOfUrl(url), 0);
}

/** Data URIs of the pictures that a message shows. */
export function imageUrls({ content }: { content?: unknown }): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: { type?: string; image_url?: { url: string } }) => part.image_url?.url ?? []);
}

export function bytesOfUrl(url: string): number {
  return Buffer.byteLength(url.slice(url.indexOf(",") + 1), "base64");
}
