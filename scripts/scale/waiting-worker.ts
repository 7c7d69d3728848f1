/** A worker whose edits cost no processor: each waits as long as it is told, as though a GPU made it, and gives back files that
 * were made before. What is left is the queue's own. Usage: … URL BLOBS HOME FOLDER MILLISECONDS */
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EditOutcome, EditRequest, Engine } from "../../src/engine/api.ts";
import { connectRedis, EditWorker, openBlobs } from "../../src/queue/index.ts";
import { outcomeSchema } from "../../src/session/outcome-schema.ts";

const [url = "", named = "", home = "", folder = "", ms = "1000"] = process.argv.slice(2);
const made = outcomeSchema.parse(JSON.parse(await readFile(join(folder, "outcome.json"), "utf8")));

async function edit({ recipe, dir }: EditRequest): Promise<EditOutcome> {
  await sleep(Number(ms));
  await cp(join(folder, "files"), dir, { recursive: true });
  const { tiers, ...files } = made.files;
  const placed = <Files extends Readonly<Record<string, string>>>(names: Files) =>
    // The same keys, each with a path.
    Object.fromEntries(Object.entries(names).map(([key, name]) => [key, join(dir, name)])) as Files;
  return { ...made, recipe, files: { ...placed(files), tiers: placed(tiers) } };
}

const unused = () => Promise.reject(new Error("Only edits are asked of workers"));
const engine: Engine = {
  ...{ edit, inspect: unused, look: unused, select: unused, guesses: unused, plan: unused, live: unused },
  ...{ compare: unused, exportImage: unused, close: async () => {} },
};
const redis = await connectRedis(url);
const blobs = await openBlobs({ named, home, env: process.env });
const worker = new EditWorker({ redis, blobs, engine, home });
await worker.ready();
process.send?.("ready");
process.once("disconnect", () => process.exit(0));
