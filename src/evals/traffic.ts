/** Where the traffic of each trial with its language model is written or read: a file for each, so that trials that run
 * beside each other, or alone, find their own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
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
