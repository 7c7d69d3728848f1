/** The events of a session's turns, kept beside its pictures: ids, words and numbers, no pixels and no keys. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { TurnOutcome } from "./turn.ts";

export const TRANSCRIPT_FILE = "transcript.jsonl";

/** Adds the turn to the session's transcript; readable by its owner only. */
export async function saveTranscript(
  sessionDir: string,
  { transcript }: Pick<TurnOutcome, "transcript">,
): Promise<void> {
  await appendFile(join(sessionDir, TRANSCRIPT_FILE), transcript, { mode: 0o600 });
}
