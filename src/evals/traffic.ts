/** Where the traffic of each trial with its language model is written or read: a file for each, so that trials that run
 * beside each other, or alone, find their own. */
import { mkdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Traffic } from "./studio.ts";
import type { Trial } from "./trials.ts";

/** Folders; at most one of them. */
export interface TrafficFolders {
  readonly record: string | undefined;
  readonly replay: string | undefined;
}

export function trafficOf({ record, replay }: TrafficFolders): (trial: Trial) => Traffic {
  return (trial) => {
    // An edit case asks nobody.
    if (trial.one.request.type === "edit") return {};
    if (replay !== undefined) return { replay: join(replay, fileName(trial)) };
    if (record === undefined) return {};
    mkdirSync(record, { recursive: true });
    return { record: join(record, fileName(trial)) };
  };
}

const headSchema = z.looseObject({ model: z.string() });

/** Names of the models whose answers the folder's recordings hold; none where it holds no recording. */
export async function recordedModels(folder: string): Promise<string[]> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".jsonl"));
  const models = files.map(async (name) => {
    const [head = ""] = (await readFile(join(folder, name), "utf8")).split("\n");
    return headOf(head)?.model ?? [];
  });
  return [...new Set((await Promise.all(models)).flat())];
}

function headOf(line: string) {
  try {
    return headSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Characters that a file system might refuse become "-"; names that differ only in these are told apart by a number. */
function fileName({ one, trial }: Trial): string {
  const plain = one.name.replaceAll(/[^\w.-]+/g, "-");
  const mark = plain === one.name ? "" : `-${checksum(one.name)}`;
  return `${plain}${mark}${trial === 1 ? "" : `-${trial}`}.jsonl`;
}

function checksum(text: string): string {
  let sum = 0;
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum.toString(36);
}
