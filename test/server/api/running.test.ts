import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createApp, listen, type RequestRecord, requestLog } from "../../../src/server/index.ts";
import { OPERATION, startApi } from "../../helpers/api.ts";
import { FakeEngine } from "../../helpers/fake-engine.ts";
import { photo } from "../../helpers/mcp.ts";
import { startServer } from "../../helpers/served.ts";

describe("a server on a port", () => {
  it("finishes or cancels what runs when it is told to stop, and tells those who listen", async () => {
    const home = await mkdtemp(join(tmpdir(), "dragflow-running-"));
    const engine = new FakeEngine({ stepMs: 200 });
    const app = createApp({ engine, home, limits: { drainMs: 100 } });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    const api = `${server.url}/api/v1`;
    const json = { "content-type": "application/json" };
    const begun = await fetch(`${api}/sessions`, { method: "POST", body: "{}", headers: json });
    const own = { ...json, "dragflow-session": ((await begun.json()) as { sessionId: string }).sessionId };
    await photo(join(home, "photo.png"));
    const body = new Blob([await (await import("node:fs/promises")).readFile(join(home, "photo.png"))]);
    const sent = await fetch(`${api}/images`, {
      method: "POST",
      body: body.stream(),
      headers: own,
      duplex: "half",
    } as RequestInit);
    const { imageId } = (await sent.json()) as { imageId: string };
    const heard = fetch(`${api}/events`, { headers: own }).then((events) => events.text());
    const wish = JSON.stringify({ imageId, operations: [OPERATION], quality: "fast" });
    expect((await fetch(`${api}/edits`, { method: "POST", body: wish, headers: own })).status).toBe(202);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.close();
    expect(await heard).toMatch(/event: server-stopping\ndata: \{\}\n\n$/);
    // Its journal is closed and unlocked: another server opens it, and knows how the job ended.
    const next = createApp({ engine, home });
    const request = new Request("http://127.0.0.1:7860/api/v1/jobs", { headers: { ...own, host: "127.0.0.1:7860" } });
    expect(await (await next.fetch(request)).json()).toMatchObject({ jobs: [{ status: "cancelled" }] });
    await next.close();
    await rm(home, { recursive: true, force: true });
  });

  it("is not ready while it stops", async () => {
    const served = await startServer();
    expect((await served.request("/readyz")).status).toBe(200);
    await served.app.drain();
    expect((await served.request("/readyz")).status).toBe(503);
    expect((await served.request("/healthz")).status).toBe(200);
    await served.close();
  });
});

describe("what the server tells of itself", () => {
  it("counts jobs, stages, sessions and requests", async () => {
    const api = await startApi();
    const imageId = await api.upload();
    const { jobId } = await api.ask("POST", "/edits", { imageId, operations: [OPERATION], quality: "fast" });
    await api.ask("GET", `/jobs/${jobId}?wait=20`);
    const text = await (await api.served.request("/metrics")).text();
    expect(text).toContain('dragflow_jobs_total{lane="edits",status="done"} 1');
    expect(text).toContain('dragflow_edit_stage_seconds_count{stage="drag",quality="fast"} 1');
    expect(text).toMatch(
      /dragflow_http_request_seconds_count\{method="POST",route="\/api\/v1\/edits",status="202"\} 1/,
    );
    expect(text).toMatch(/^dragflow_sessions 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    await api.served.close();
  });

  it("counts the jobs of MCP clients like its own", async () => {
    const served = await startServer();
    const client = await served.connect();
    const { imageId } = await client.ask("open_image", { dataUri: served.dataUri });
    await client.ask("start_edit", { imageId, operations: [OPERATION], quality: "fast", waitSeconds: 20 });
    const counted = await (await served.request("/metrics")).text();
    expect(counted).toContain('dragflow_jobs_total{lane="edits",status="done"} 1');
    expect(counted).toContain('dragflow_edit_stage_seconds_count{stage="drag",quality="fast"} 1');
    served.engine.options = { stepMs: 100 };
    await client.ask("start_edit", { imageId, operations: [OPERATION], quality: "fast" });
    expect(await (await served.request("/metrics")).text()).toMatch(/^dragflow_jobs_open 1$/m);
    await served.close();
  });

  it("names the models that are really there", async () => {
    const home = await mkdtemp(join(tmpdir(), "dragflow-models-"));
    for (const name of ["pulled", "no-model"]) await mkdir(join(home, "models", name), { recursive: true });
    await writeFile(join(home, "models", "pulled", "model_index.json"), "{}");
    const served = await startServer({ home });
    expect(await (await served.request("/api/v1/about")).json()).toMatchObject({ models: ["mini", "pulled"] });
    await served.close();
    await rm(home, { recursive: true, force: true });
  });

  it("logs requests by their pattern, without ids and names", async () => {
    const records: RequestRecord[] = [];
    const api = await startApi({ onRequest: (record) => records.push(record) });
    const imageId = await api.upload();
    await api.ask("GET", `/images/${imageId}`, undefined, { "x-request-id": "my-request-1" });
    expect(records.at(-1)).toMatchObject({ requestId: "my-request-1", route: "/api/v1/images/:imageId", status: 200 });
    const lines: string[] = [];
    const log = requestLog({ write: (line) => lines.push(line) }, "error");
    for (const status of [200, 500]) log({ ...(records[0] as RequestRecord), status });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ status: 500, name: "dragflow" }]);
    expect(JSON.stringify(records)).not.toMatch(/photo|img_|ses_/);
    await api.served.close();
  });
});

describe("the page", () => {
  it("is served from its folder, hashed files for good, nothing beside it", async () => {
    const dir = await mkdtemp(join(tmpdir(), "dragflow-page-"));
    const pageDir = join(dir, "page");
    await mkdir(join(pageDir, "assets"), { recursive: true });
    await writeFile(join(pageDir, "index.html"), "<!doctype html><title>page</title>");
    await writeFile(join(pageDir, "assets", "main-Ab12Cd34.js"), "1");
    await writeFile(join(dir, "secret.txt"), "secret");
    const served = await startServer({ pageDir });
    const index = await served.request("/");
    expect(await index.text()).toContain("<title>page</title>");
    expect(index.headers.get("cache-control")).toBe("no-cache");
    expect(index.headers.get("content-security-policy")).toContain("script-src 'self'");
    const script = await served.request("/assets/main-Ab12Cd34.js");
    expect(script.headers.get("cache-control")).toContain("immutable");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    for (const path of ["/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets", "/nothing.js", "/%ff"]) {
      expect([path, (await served.request(path)).status]).toEqual([path, 404]);
    }
    await served.close();
    await rm(dir, { recursive: true, force: true });
  });

  it("says how to build it where it is not", async () => {
    const served = await startServer();
    const answer = await served.request("/");
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("npm run build");
    await served.close();
  });
});
