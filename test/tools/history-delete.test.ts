/** What the history tool removes for good, and what it must not. */
import { basename } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Workspace } from "../../src/session/index.ts";
import { createMcpServer } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour, textOf } from "../helpers/mcp.ts";

let tour: Tour;
let imageId: string;

beforeEach(async () => {
  tour = await startTour(new FakeEngine());
  imageId = String((await tour.ask("open_image", { path: "photo.png" })).imageId);
});
afterEach(() => tour.close());

const history = (args: Record<string, unknown>) => tour.ask("history", args);
const refused = async (args: Record<string, unknown>) => textOf(await tour.call("history", args));
const operations = (x: number) => [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [x, 0] } }];
const edit = async (from: string, x: number) =>
  String((await tour.ask("preview_edit", { imageId: from, operations: operations(x) })).editId);

describe("delete-branch", () => {
  it("lets go of the name; prune then frees the pictures, and only them", async () => {
    await history({ action: "branch", name: "try", id: imageId });
    const tried = await edit(imageId, 5);
    await history({ action: "checkout", branch: "main" });
    const kept = await edit(imageId, 9);
    expect(await history({ action: "prune" })).toMatchObject({ removed: [] });
    const after = await history({ action: "delete-branch", branch: "try" });
    expect(after).toMatchObject({ branches: [{ name: "main", end: kept }], current: kept, pictures: 3 });
    expect(await history({ action: "prune" })).toMatchObject({ removed: [tried] });
  });

  it("survives a restart", async () => {
    await history({ action: "branch", name: "try", id: imageId });
    await history({ action: "checkout", branch: "main" });
    await history({ action: "delete-branch", branch: "try" });
    const { home, id } = tour.ctx.workspace;
    const again = await Workspace.open(home, id, { readOnly: true });
    expect([...again.history.branches().keys()]).toEqual(["main"]);
  });

  it("refuses the current branch, one that is none, and no name, and says what to do", async () => {
    expect(await refused({ action: "delete-branch", branch: "main" })).toMatch(/current one.*Check out another/s);
    expect(await refused({ action: "delete-branch", branch: "no" })).toMatch(/^not-found: .*"no"/);
    expect(await refused({ action: "delete-branch" })).toMatch(/Expected branch for delete-branch, got none/);
    expect((await history({})).branches).toHaveLength(1);
  });
});

describe("delete-session", () => {
  it("removes an earlier session with its files, never this one or one that is open", async () => {
    const { home, id } = tour.ctx.workspace;
    const other = await Workspace.create(home);
    expect(await refused({ action: "delete-session", sessionId: other.id })).toMatch(/^session-in-use/);
    await other.close();
    expect(await history({ action: "delete-session", sessionId: other.id })).toMatchObject({ deleted: other.id });
    expect(await refused({ action: "delete-session", sessionId: other.id })).toMatch(/^not-found/);
    expect(await refused({ action: "delete-session", sessionId: id })).toMatch(/an earlier session, got this one's/);
    expect((await Workspace.list(home)).map((one) => one.id)).toEqual([id]);
  });

  it.each(["../../etc", "ses_", "ses_\u0000", "/"])("finds no session called %j", async (sessionId) => {
    expect(await refused({ action: "delete-session", sessionId })).toMatch(/^not-found/);
  });
});

it("prune leaves the picture that a waiting job will use", async () => {
  const first = await edit(imageId, 3);
  const second = await edit(imageId, 4);
  let go = () => {};
  const blocked = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { jobs } = tour.ctx.workspace;
  jobs.start(() => blocked.then(() => ({})));
  const { jobId } = await tour.ask("start_edit", { imageId: first, operations: operations(2) });
  const [line] = [...tour.ctx.workspace.history.branches()];
  expect(line).toEqual(["main", second]);
  expect(await history({ action: "prune" })).toMatchObject({ removed: [] });
  go();
  expect(await tour.ask("job_status", { jobId, waitSeconds: 20 })).toMatchObject({ status: "done" });
});

it("export says where callers on other machines can fetch the file", async () => {
  const offered: string[] = [];
  const downloads = {
    offer(path: string) {
      offered.push(path);
      return "http://127.0.0.1:1/downloads/x";
    },
  };
  const client = new Client({ name: "test", version: "1" });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMcpServer({ ...tour.ctx, downloads, showPaths: false }).connect(there);
  await client.connect(here);
  const answer = await client.callTool({ name: "history", arguments: { action: "export", path: "all.tar" } });
  expect(answer.structuredContent).toMatchObject({ downloadUrl: "http://127.0.0.1:1/downloads/x", path: "all.tar" });
  expect(offered.map((path) => basename(path))).toEqual(["all.tar"]);
  expect(answer.content).toContainEqual(
    expect.objectContaining({ type: "resource_link", uri: "http://127.0.0.1:1/downloads/x", name: "all.tar" }),
  );
  await client.close();
});
