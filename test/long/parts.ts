/** All parts of the long runs, in the order in which they run, each with what it is for and how often it does it. */

import { fuzzPart } from "../fuzz/part.ts";
import { blobsPart } from "./blobs.ts";
import { clockPart } from "./clock.ts";
import { diskFullPart, readOnlyPart } from "./disk.ts";
import { killsPart } from "./kills/kills.ts";
import type { PartOptions, PartResult } from "./part.ts";
import { replaysPart } from "./replays.ts";
import { soakPart } from "./soak/soak.ts";

export interface Part {
  /** One sentence for the report. */
  readonly says: string;
  /** Unless the caller says otherwise; a part that lasts a time ignores it. */
  readonly runs: number;
  /** Minutes, for a part that lasts a time. */
  readonly minutes?: number;
  run(options: PartOptions): Promise<PartResult>;
}

export const PARTS = {
  kills: {
    says: "kill -9 of the engine's processes, the server, the MCP process, queue workers, Redis and the queue's server (owner) while edits are made",
    runs: 100,
    run: (options) => killsPart(options),
  },
  "disk-full": {
    says: "a small disk filled to a random byte before each work: edits, openings, selections, exports, journal lines",
    runs: 200,
    run: diskFullPart,
  },
  "read-only": {
    says: "a data folder that becomes read-only under a session, and writable again",
    runs: 20,
    run: readOnlyPart,
  },
  blobs: {
    says: "files of a session cut off, with one bit flipped, zeroed, longer or gone; as the session's file, its blob or both",
    runs: 300,
    run: blobsPart,
  },
  clock: {
    says: "the machine's clock set forwards and back by an hour to eleven years while a server works",
    runs: 60,
    run: clockPart,
  },
  replays: {
    says: "random histories with branches, pruning, reading again, export and import, each step held against a model",
    runs: 1000,
    run: replaysPart,
  },
  soak: {
    says: "mixed traffic (HTTP, page, events, MCP) against one server; memory, handles and files at the end as at the start",
    runs: 0,
    minutes: 30,
    run: (options) => soakPart(options),
  },
  fuzz: {
    says: "damaged inputs to every reader of what comes from outside, led by the code they reach; inputs by target",
    runs: 0,
    minutes: 60,
    run: fuzzPart,
  },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

export function isPart(name: string): name is PartName {
  return Object.hasOwn(PARTS, name);
}
