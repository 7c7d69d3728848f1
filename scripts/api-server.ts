/** A server with a session that holds a picture, a region and an edit, for programs that test the API from outside. Writes
 * "<url> <sessionId>" to <folder>/ready. */
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
await fetch(`${api}/regions`, json({ imageId, box: [100, 200, 300, 400], refine: false }, own));
const operations = [{ region: { box: [100, 200, 300, 400] }, motion: { type: "relocation", by: [20, 0] } }];
await fetch(`${api}/edits`, json({ imageId, operations, quality: "preview" }, own));
await writeFile(join(folder, "ready"), `${server.url} ${sessionId}\n`);

process.once("SIGTERM", () => {
  void server.close().then(() => engine.close());
});

function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
}
