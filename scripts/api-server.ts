/** A server with a session that holds a picture, a region and edits, for programs that test the API from outside. Writes
 * "<url> <sessionId>" to <folder>/ready, and the ids of what is there to <folder>/schemathesis.toml. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAssistant } from "../src/agent/index.ts";
import { createEngine } from "../src/engine/index.ts";
import { createApp, listen, requestLog } from "../src/server/index.ts";

const [folder = "."] = process.argv.slice(2);
const home = join(folder, "home");
const engine = createEngine({ home });
const onRequest = requestLog(process.stderr, "info");
const log = (line: string) => process.stderr.write(`${line}\n`);
const app = createApp({ engine, home, log, onRequest, assistantFor: (onEvent) => createAssistant({ onEvent }) });
const server = await listen(app, { host: "127.0.0.1", port: 0 });
const api = `${server.url}/api/v1`;

const begun = await fetch(`${api}/sessions`, json({}));
const { sessionId } = (await begun.json()) as { sessionId: string };
const own = { "dragflow-session": sessionId };
const photo = await readFile(new URL("../examples/boat.webp", import.meta.url));
const sent = await fetch(`${api}/images?name=boat.webp`, { method: "POST", body: new Uint8Array(photo), headers: own });
const { imageId } = (await sent.json()) as { imageId: string };
const region = await told("/regions", { imageId, box: [100, 200, 300, 400], refine: false });
const items = [{ regionId: String(region.regionId), target: [220, 290] }];
const { candidates } = (await told("/intents", { imageId, items })) as { candidates: { candidateId: string }[] };
const [edit, second] = [await edited(20), await edited(40)];
const exported = await told("/exports", { id: edit.editId, format: "png" });
// Beside an id that is there, one that is not.
const known = {
  imageId,
  regionId: region.regionId,
  candidateId: candidates[0]?.candidateId,
  editId: edit.editId,
  jobId: edit.jobId,
  exportId: exported.exportId,
  // May be deleted in the course of a run; the others stay.
  pictureId: second.editId,
};
const lines = Object.entries(known).map(([name, id]) => `"path.${name}" = ["${id}", "nothing"]`);
await writeFile(join(folder, "schemathesis.toml"), `[parameters]\n${lines.join("\n")}\n`);
await writeFile(join(folder, "ready"), `${server.url} ${sessionId}\n`);

async function told(path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${api}${path}`, json(body, own));
  return (await answer.json()) as Record<string, unknown>;
}

async function edited(by: number): Promise<Record<string, unknown>> {
  const operations = [{ region: { box: [100, 200, 300, 400] }, motion: { type: "relocation", by: [by, 0] } }];
  const { jobId } = await told("/edits", { imageId, operations, quality: "preview" });
  for (;;) {
    const answer = await fetch(`${api}/jobs/${jobId}?wait=50`, { headers: own });
    const job = (await answer.json()) as Record<string, unknown>;
    if (job.status !== "queued" && job.status !== "running") return job;
  }
}

process.once("SIGTERM", () => {
  void server.close().then(() => engine.close());
});

function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
}
