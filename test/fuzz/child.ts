/** The process that reads hostile inputs: it may crash, hang or swell, and is watched from outside. */
import { campaign } from "./campaign.ts";
import type { Job, Told } from "./job.ts";
import { Note } from "./note.ts";
import { targetNamed } from "./targets/index.ts";

// The parent writes the job as JSON.
const job = JSON.parse(process.argv[2] ?? "null") as Job;
const tell = (told: Told) => process.send?.(told);

process.on("unhandledRejection", (error) => {
  throw error instanceof Error ? error : new Error(String(error));
});

const note = new Note(job.state);
for (const [i, name] of job.targets.entries()) {
  tell({ type: "begun", target: name });
  const seen = new Set<string>();
  const figures = await campaign(targetNamed(name), { ...job, seed: job.seed + i }, note, (what, detail, input) => {
    if (seen.has(what)) return;
    seen.add(what);
    tell({ type: "finding", target: name, what, detail, input: Buffer.from(input).toString("base64") });
  });
  tell({ type: "done", ...figures });
}
note.close();
process.disconnect?.();
