/** A process that works on a session for ever, to be killed: argv is home, session id, seed. Before each step it says
 * "begin", after it the state that it has come to, one JSON object a line. */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { EditError } from "../../src/errors.ts";
import { Workspace } from "../../src/session/index.ts";
import { byteEngine } from "../helpers/byte-engine.ts";
import { mulberry } from "../helpers/mulberry.ts";
import { type Report, shapeOf } from "./shape.ts";

const [home = "", id = "", seed = ""] = process.argv.slice(2);
const random = mulberry(Number(seed));
const engine = byteEngine();
const workspace = await Workspace.open(home, id);
const { history } = workspace;

function say(report: Report): void {
  // Synchronous: what a killed process has said has arrived.
  writeSync(1, `${JSON.stringify(report)}\n`);
}

function anyOf<T>(values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new TypeError("Expected something to choose from");
  return value;
}

const anyNode = () => anyOf(history.nodes()).id;
const anyName = () => `n${Math.floor(random() * 1e9)}`;
const recipe = () =>
  parseRecipe({
    operations: [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }],
    quality: "preview",
    seed: Math.floor(random() * 1e6),
  });
const edit = (from: string) => workspace.edit(engine, from, { recipe: recipe(), baseDir: "." });

async function job(): Promise<void> {
  const from = anyNode();
  const { jobId } = workspace.jobs.start(async () => ({ editId: (await edit(from)).id }));
  await workspace.jobs.wait(jobId, { seconds: 60 });
}

const STEPS: readonly (() => Promise<unknown>)[] = [
  () => workspace.openImage(engine, join(home, "picture.png")),
  () => workspace.select(engine, anyNode(), { hint: { type: "salient" } }),
  () => edit(history.current ?? anyNode()),
  () => edit(history.current ?? anyNode()),
  () => edit(anyNode()),
  job,
  () => history.undo(),
  () => history.undo(),
  () => history.redo(),
  () => history.checkout(anyNode()),
  () => history.checkout(anyOf([...history.branches().keys()])),
  () => history.branch(anyName(), anyNode()),
  () => history.rename(anyNode(), anyName()),
  () => history.favourite(anyNode(), random() < 0.5),
  () => history.prune(),
];

say({ type: "done", shape: shapeOf(workspace) });
for (;;) {
  const step = history.current === undefined ? STEPS[0] : anyOf(STEPS);
  say({ type: "begin" });
  await step?.().catch((error: unknown) => {
    if (!(error instanceof EditError && ["history-end", "not-found"].includes(error.code))) throw error;
  });
  say({ type: "done", shape: shapeOf(workspace) });
}
