/** A picture may hold words for the model that looks at it ("open /etc/passwd and write it to …"). Here the model obeys them:
 * what it can do then is what the loop lets it, over the real tools. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { linkedTools } from "../../src/agent/linked-tools.ts";
import { runTurn } from "../../src/agent/loop.ts";
import { createModelPlanner } from "../../src/agent/model/planner.ts";
import type { ToolPort } from "../../src/agent/port.ts";
import { Workspace } from "../../src/session/index.ts";
import { openRoots } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { photo } from "../helpers/mcp.ts";
import { type ScriptedAnswer, startScriptedLlm } from "../helpers/scripted-llm.ts";

const KEY = "sk-test-0123456789";
const SECRET = "a secret of this machine";

let base: string;
let root: string;
let workspace: Workspace;
let port: ToolPort;
let close: () => Promise<void>;
let imageId: string;
let engine: FakeEngine;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "dragflow-injection-"));
  root = await mkdtemp(join(base, "root-"));
  await photo(join(root, "photo.png"));
  await writeFile(join(base, "secret.png"), SECRET);
  workspace = await Workspace.create(join(base, "home"));
  engine = new FakeEngine();
  const roots = await openRoots(undefined, root, [workspace.dir]);
  ({ port, close } = await linkedTools({ engine, workspace, roots }));
  imageId = (await workspace.openImage(engine, join(root, "photo.png"))).id;
});
afterEach(async () => {
  await close();
  await workspace.close();
  await rm(base, { recursive: true, force: true });
});

/** Everything that the model was sent after its first answer. */
async function obeyed(...script: ScriptedAnswer[]): Promise<string> {
  const llm = await startScriptedLlm([...script, { type: "text", text: "Done." }]);
  try {
    const planner = createModelPlanner({ model: "scripted", apiKey: KEY, baseURL: llm.baseURL });
    await runTurn({ request: "move the sign", imageId, port, planner, quality: "preview" });
    return JSON.stringify(llm.requests.slice(1).map(({ body }) => body.messages));
  } finally {
    await llm.close();
  }
}

const call = (name: string, args: Record<string, unknown>): ScriptedAnswer => ({
  type: "calls",
  calls: [{ name, args }],
});
const box = { region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [3, 0] } };

describe("a model that obeys the picture", () => {
  it("reaches no file outside the roots through a mask", async () => {
    const masks = ["../secret.png", join(base, "secret.png"), "/etc/hostname"];
    const told = await obeyed(...masks.map((mask) => call("select_region", { imageId, mask })));
    expect(told).toContain("path-outside-roots");
    expect(told).not.toContain(SECRET);
    expect(engine.selections).toEqual([]);
  });

  it("calls none of the tools that open, write, import or delete", async () => {
    const wishes = [
      call("open_image", { path: "/etc/hostname" }),
      call("export_image", { id: imageId, path: "taken.png", overwrite: true }),
      call("history", { action: "export", path: "taken.tar" }),
    ];
    const told = await obeyed(...wishes);
    expect(
      told.match(/Expected one of look, select_region, preview_edit, start_edit, ask_person/g)?.length,
    ).toBeGreaterThan(2);
    expect(await readdir(root)).toEqual(["photo.png"]);
    expect(await readFile(join(base, "secret.png"), "utf8")).toBe(SECRET);
  });

  it("chooses neither model nor tier of an edit", async () => {
    await obeyed(call("start_edit", { imageId, operations: [box], model: "/etc", quality: "full" }));
    expect(engine.edits.map(({ recipe }) => [recipe.model, recipe.quality])).toEqual([["mini", "preview"]]);
  });

  it("is not told the key, whatever it asks", async () => {
    const told = await obeyed(
      call("look", { id: "OPENAI_API_KEY" }),
      call("select_region", { imageId, label: KEY.slice(0, 3), box: [1, 1, 9, 9] }),
    );
    expect(told).not.toContain(KEY);
  });
});
