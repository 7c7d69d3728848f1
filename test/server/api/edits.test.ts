import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiClient, OPERATION, startApi } from "../../helpers/api.ts";

let api: ApiClient;
let imageId: string;
beforeEach(async () => {
  api = await startApi();
  imageId = await api.upload();
});
afterEach(() => api.served.close());

async function edited(quality = "fast"): Promise<string> {
  const { jobId } = await api.ask("POST", "/edits", { imageId, operations: [OPERATION], quality });
  const job = await api.ask("GET", `/jobs/${jobId}?wait=20`);
  expect(job).toMatchObject({ jobId, status: "done" });
  return job.editId;
}

describe("edits over HTTP", () => {
  it("are made as jobs and explain themselves by files", async () => {
    const started = await api.send("POST", "/edits", { imageId, operations: [OPERATION], quality: "fast" });
    expect(started.status).toBe(202);
    const { jobId } = (await started.json()) as { jobId: string };
    expect(started.headers.get("location")).toBe(`/api/v1/jobs/${jobId}`);
    const { editId } = await api.ask("GET", `/jobs/${jobId}?wait=20`);
    const edit = await api.ask("GET", `/edits/${editId}`);
    expect(edit).toMatchObject({ editId, imageId, width: 48, height: 32, favourite: false, frames: [] });
    expect(JSON.stringify(edit)).not.toContain("/tmp");
    expect(Object.keys(edit.files)).toEqual([
      "image",
      "editable",
      "before",
      "after",
      "diff",
      "regions",
      "recipe",
      "loss",
    ]);
    for (const [name, url] of Object.entries<string>(edit.files)) {
      const file = await api.send("GET", url.replace("/api/v1", ""));
      expect([name, file.status]).toEqual([name, 200]);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(10);
    }
    expect((await api.send("GET", `/edits/${editId}/files/loss`)).headers.get("content-type")).toContain("text/csv");
    expect((await api.send("GET", `/edits/${editId}/files/tier-full`)).status).toBe(404);
    expect(await api.ask("GET", `/edits/${editId}/loss`)).toEqual({ losses: [1, 0.5, 0.25] });
    expect((await api.ask("GET", "/edits")).edits).toHaveLength(1);
  });

  it("are forecast with doubts, and refused before they are queued", async () => {
    const wish = { imageId, operations: [OPERATION], quality: "full" };
    expect(await api.ask("POST", "/plan", wish)).toMatchObject({ width: 48, quality: "full", warnings: [] });
    const refusal = await api.send("POST", "/edits", { imageId, operations: [{ motion: OPERATION.motion }] });
    expect(refusal.status).toBe(422);
    expect(refusal.headers.get("content-type")).toBe("application/problem+json");
    expect(await refusal.json()).toMatchObject({ code: "recipe-invalid", type: "urn:dragflow:problem:recipe-invalid" });
    expect((await api.ask("GET", "/jobs")).jobs).toEqual([]);
  });

  it("are seen while they are dragged, and the history knows nothing of that", async () => {
    const shown = await api.send("POST", "/live?client=a", { imageId, operations: [OPERATION] });
    expect(shown.status).toBe(200);
    expect(shown.headers.get("x-preview-box")).toBe("1,2,30,20");
    expect((await api.ask("GET", "/history")).nodes).toHaveLength(1);
    api.served.engine.options = { stepMs: 50 };
    const [first, second] = await Promise.all([
      api.send("POST", "/live?client=a", { imageId, operations: [OPERATION] }),
      api.send("POST", "/live?client=a", { imageId, operations: [OPERATION] }),
    ]);
    expect([first.status, second.status]).toEqual([499, 200]);
  });

  it("replay from their recipe; a recipe that names a file of the machine does not", async () => {
    const editId = await edited();
    const recipe = await api.ask("GET", `/edits/${editId}/recipe`);
    const { jobId } = await api.ask("POST", "/recipes/replay", { imageId, recipe });
    expect(await api.ask("GET", `/jobs/${jobId}?wait=20`)).toMatchObject({ status: "done" });
    const sly = { ...recipe, operations: [{ ...OPERATION, region: { mask: "/etc/passwd" } }] };
    const refused = await api.send("POST", "/recipes/replay", { imageId, recipe: sly });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ code: "recipe-invalid" });
  });

  it("are exported in a format and fetched under a name", async () => {
    const editId = await edited();
    const written = await api.ask("POST", "/exports", { id: editId, format: "webp" });
    expect(written).toMatchObject({ format: "webp", receipt: { outsideChanged: 0 } });
    const file = await api.send("GET", written.url.replace("/api/v1", ""));
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename\*=UTF-8''photo-\w{6}\.webp$/);
    expect((await file.arrayBuffer()).byteLength).toBe(written.bytes);
    expect(await api.ask("POST", "/exports", { id: imageId, format: "original" })).toMatchObject({ name: "photo.png" });
  });

  it("are told in a report that needs nothing else", async () => {
    const report = await api.send("GET", `/edits/${await edited()}/report`);
    expect(report.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(report.headers.get("content-disposition")).toMatch(
      /^attachment; filename\*=UTF-8''photo-\w{6}-report\.html$/,
    );
    const page = await report.text();
    expect(page.match(/src="data:image\/\w+;base64,/g)).toHaveLength(5);
    expect(page).not.toMatch(/(src|href)="(?!data:)|https?:|\/tmp/);
    expect((await api.send("GET", `/edits/${imageId}/report`)).status).toBe(404);
  });

  it("are shown before they are made: each reading of a drag by a picture", async () => {
    const { regionId } = await api.ask("POST", "/regions", { imageId, box: [4, 4, 20, 20], refine: false });
    const { candidates } = await api.ask("POST", "/intents", { imageId, items: [{ regionId, target: [30, 12] }] });
    expect(candidates.length).toBeGreaterThan(1);
    for (const { candidateId } of candidates) {
      const shown = await api.send("GET", `/candidates/${candidateId}/preview?maxEdge=64`);
      expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    }
    expect((await api.send("GET", "/candidates/none/preview")).status).toBe(404);
    expect((await api.ask("GET", "/history")).nodes).toHaveLength(1);
  });

  it("are compared", async () => {
    const editId = await edited();
    const found = await api.ask("GET", `/compare?a=${imageId}&b=${editId}`);
    expect(found).toMatchObject({ a: imageId, b: editId, changedPixels: 7 });
    expect((await api.send("GET", found.heatUrl.replace("/api/v1", ""))).headers.get("content-type")).toBe(
      "image/webp",
    );
  });

  it("are stopped", async () => {
    api.served.engine.options = { stepMs: 100 };
    const { jobId } = await api.ask("POST", "/edits", { imageId, operations: [OPERATION] });
    expect(await api.ask("DELETE", `/jobs/${jobId}`)).toMatchObject({
      status: "cancelled",
      error: { code: "cancelled" },
    });
    expect((await api.ask("GET", "/history")).nodes).toHaveLength(1);
  });
});

it("a job that was answered for is known after a restart, whenever that comes", async () => {
  const [session] = await api.served.app.apiSessions.all();
  const journal = join(String(session?.workspace.dir), "journal.jsonl");
  const { jobId } = await api.ask("POST", "/edits", { imageId, operations: [OPERATION], quality: "fast" });
  expect(await readFile(journal, "utf8")).toContain(jobId);
});
