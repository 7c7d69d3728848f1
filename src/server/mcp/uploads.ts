/** Pictures that a session's caller sends beside the protocol: first a ticket, then the bytes, then open_image. */
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { EditError } from "../../errors.ts";
import type { Uploads } from "../../tools/index.ts";
import { bodyTooLarge } from "../middleware/limit.ts";
import { Tickets } from "./tickets.ts";

/** Tickets that one session may have open: each may hold a whole picture. */
const MAX_OPEN = 16;

interface Upload {
  readonly name: string;
  readonly path: string;
  state: "issued" | "receiving" | "here";
}

export interface UploadLimits {
  readonly uploadBytes: number;
  readonly ticketMs: number;
}

export class SessionUploads implements Uploads {
  readonly #dir: string;
  readonly #limits: UploadLimits;
  readonly #tickets: Tickets<Upload>;

  constructor(dir: string, limits: UploadLimits, now: () => number) {
    this.#dir = dir;
    this.#limits = limits;
    this.#tickets = new Tickets(limits.ticketMs, now);
  }

  /** `name` is what the picture is called; only its last part counts. Throws `too-many`. */
  async issue(name: string): Promise<string> {
    if (this.#tickets.size >= MAX_OPEN) {
      throw new EditError("too-many", `Expected at most ${MAX_OPEN} open upload tickets, got one more`, {
        hint: "Open what was sent, or wait until the tickets expire",
      });
    }
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    // The name on disk is ours: nothing of the caller's but a harmless ending.
    const ending = /^\.[a-z0-9]{1,5}$/.exec(extname(name).toLowerCase())?.[0] ?? "";
    const path = join(this.#dir, `${randomBytes(12).toString("hex")}${ending}`);
    return this.#tickets.issue({ name: basename(name) || "picture", path, state: "issued" });
  }

  has(ticket: string): boolean {
    return this.#tickets.find(ticket) !== undefined;
  }

  /** Bytes may be sent once; an attempt that breaks off may be repeated. Throws `body-too-large`, `not-found`. */
  async receive(ticket: string, body: ReadableStream<Uint8Array> | null): Promise<{ bytes: number }> {
    const upload = this.#tickets.find(ticket);
    if (upload?.state !== "issued") throw noTicket();
    upload.state = "receiving";
    const part = `${upload.path}.part`;
    try {
      const counter = counting(this.#limits.uploadBytes);
      // The web stream of the request and Node's type of the same thing differ in name only.
      const source = body === null ? Readable.from([]) : Readable.fromWeb(body as WebStream<Uint8Array>);
      await pipeline(source, counter.through, createWriteStream(part, { mode: 0o600 }));
      await rename(part, upload.path);
      upload.state = "here";
      return { bytes: counter.bytes() };
    } catch (error) {
      await rm(part, { force: true });
      upload.state = "issued";
      throw error;
    }
  }

  async take(ticket: string): Promise<{ path: string; name: string }> {
    const upload = this.#tickets.find(ticket);
    if (upload === undefined) throw noTicket();
    if (upload.state !== "here") {
      throw new EditError("not-found", "Expected the picture to be sent before its ticket is used", {
        hint: "PUT the bytes to the ticket's address first",
      });
    }
    this.#tickets.take(ticket);
    return { path: upload.path, name: upload.name };
  }

  /** Removes what was sent; opened pictures are copies of the session. */
  async clear(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }
}

export function noTicket(): EditError {
  return new EditError("not-found", "Expected an upload ticket of this session that is neither used nor expired", {
    hint: "POST to /mcp/uploads for a new one",
  });
}

export function counting(limit: number): { through: Transform; bytes: () => number } {
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(bodyTooLarge(limit));
      else done(null, chunk);
    },
  });
  return { through, bytes: () => bytes };
}
