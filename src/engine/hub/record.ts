/** What a pull writes beside a model: where it is from, under which licence, and what each file must be. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeWhole } from "../write-whole.ts";

const schema = z.object({
  version: z.literal(1),
  id: z.string(),
  /** The commit of the repository. */
  commit: z.string(),
  licence: z.object({ name: z.string(), link: z.string().optional(), gated: z.boolean() }),
  /** When the licence was accepted, ISO 8601. */
  accepted: z.string(),
  /** Path → digest, of the files that are whole. */
  files: z.record(z.string(), z.string()),
});
export type PullRecord = z.infer<typeof schema>;

const NAME = ".dragflow-pull.json";

/** Undefined where a model was not pulled, or the record is none. */
export async function readPullRecord(dir: string): Promise<PullRecord | undefined> {
  const text = await readFile(join(dir, NAME), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function writePullRecord(dir: string, record: PullRecord): Promise<void> {
  await writeWhole(join(dir, NAME), `${JSON.stringify(record, null, 2)}\n`);
}
