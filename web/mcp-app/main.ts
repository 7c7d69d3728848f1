/** The page's life: what the host tells it is shown, what is picked goes to select_region, or to the host's own model
 * where the host lets pages call no tools. */
import "./no-eval.ts";
import { App } from "@modelcontextprotocol/ext-apps";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { type Part, pictureOf, read, type Shown } from "./answers.ts";
import type { Pick } from "./picker.ts";
import { openView } from "./view.ts";

/** One call's wait for a job, in seconds; below what hosts allow a call to take. */
const JOB_WAIT = 20;

const app = new App({ name: "dragflow-compare", version: "1.0.0" }, {});
let shown: Shown | undefined;
const view = openView((pick) => void picked(pick).catch(told));

app.ontoolresult = (result) => void received(result).catch(told);
app.ontoolcancelled = () => view.say("Cancelled");
app.onhostcontextchanged = ({ theme }) => theme && view.theme(theme);
await app.connect();
const theme = app.getHostContext()?.theme;
if (theme) view.theme(theme);

/** Shows an answer; a job that still runs is waited for. */
async function received(result: CallToolResult): Promise<void> {
  const reading = read(result);
  view.say(reading.text);
  if (reading.shown) await show(reading.shown);
  if (reading.jobId === undefined || !mayCall()) return;
  await received(
    await app.callServerTool({ name: "job_status", arguments: { jobId: reading.jobId, waitSeconds: JOB_WAIT } }),
  );
}

async function show(next: Shown): Promise<void> {
  shown = next;
  view.show(next.picture);
  if (next.beforeId === undefined || !mayCall()) return;
  const before = pictureOf(await app.callServerTool({ name: "look", arguments: { id: next.beforeId } }));
  if (shown === next && before !== undefined) view.show(next.picture, before);
}

async function picked(pick: Pick): Promise<void> {
  if (shown === undefined) return;
  const args = { imageId: shown.id, coordSpace: "norm1", ...hint(pick, shown.part) };
  if (!mayCall()) {
    await app.sendMessage({
      role: "user",
      content: [{ type: "text", text: `Call select_region with ${JSON.stringify(args)}` }],
    });
    return;
  }
  view.say("Selecting…");
  const result = await app.callServerTool({ name: "select_region", arguments: args });
  const { text, regionId, shown: marked } = read(result);
  view.say(text);
  if (marked) view.show(marked.picture);
  // The model learns of the region with the person's next message.
  if (regionId !== undefined)
    await app.updateModelContext({ content: [{ type: "text", text: `The user picked a region. ${text}` }] });
}

/** Shares of the shown part become shares of the whole picture. */
function hint(pick: Pick, { x0, y0, x1, y1 }: Part) {
  const x = (value: number) => x0 + value * (x1 - x0);
  const y = (value: number) => y0 + value * (y1 - y0);
  if (pick.type === "point") return { points: [{ x: x(pick.x), y: y(pick.y), positive: true }] };
  return { box: [x(pick.x0), y(pick.y0), x(pick.x1), y(pick.y1)] };
}

function mayCall(): boolean {
  return app.getHostCapabilities()?.serverTools !== undefined;
}

function told(error: unknown): void {
  view.say(error instanceof Error ? error.message : String(error));
}
