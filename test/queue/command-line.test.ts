/** dragflow worker, serve and doctor with a queue on Redis: whole commands, an engine without a model. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CliBench, type CliResult, startBench } from "../helpers/cli.ts";
import { REDIS_MISSING, type RedisServer, startRedis } from "../helpers/redis.ts";

let bench: CliBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

interface Started {
  readonly stop: AbortController;
  readonly ended: Promise<CliResult>;
  /** First group of the words that were waited for. */
  readonly found: string;
}

/** Runs until it has said such words. */
function started(argv: readonly string[], words: RegExp, env: Record<string, string> = {}): Promise<Started> {
  const stop = new AbortController();
  let said = "";
  return new Promise((resolve, reject) => {
    const heard = (text: string) => {
      said += text;
      const found = words.exec(said);
      if (found) resolve({ stop, ended, found: found[1] ?? "" });
    };
    const ended = bench.run(argv, { signal: stop.signal, heard, env });
    void ended.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)));
  });
}

describe("without Redis", () => {
  it.each([
    [["worker"], "usage: Expected a queue", 2],
    [["worker", "--redis-url", "redis://127.0.0.1:1"], "queue-unavailable: ", 5],
    [["serve", "--port", "0", "--redis-url", "redis://127.0.0.1:1"], "queue-unavailable: ", 5],
    [["mcp", "--redis-url", "redis://127.0.0.1:1"], "queue-unavailable: ", 5],
    [["worker", "--redis-url", "redis://127.0.0.1:1", "--blobs", "ftp://x/y"], "usage: Expected --blobs", 2],
  ])("%j is refused before anything starts", async (argv, words, exit) => {
    const { code, stderr } = await bench.run(argv);
    expect(stderr).toContain(words);
    expect(code).toBe(exit);
    expect(bench.started).toBe(0);
  });

  it("worker --help says what an operator needs", async () => {
    const { code, stdout } = await bench.run(["worker", "--help"]);
    expect(code).toBe(0);
    for (const words of ["--redis-url", "--blobs", "--drain-seconds", "--health-port", "SIGTERM"]) {
      expect(stdout).toContain(words);
    }
  });
});

describe.skipIf(REDIS_MISSING)(`with Redis${REDIS_MISSING ? ` (${REDIS_MISSING})` : ""}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.close());

  it("a server's edit is made by a worker; both tell how it stands, and end when told", async () => {
    const env = { DRAGFLOW_REDIS_URL: redis.url };
    const serve = await started(["serve", "--port", "0"], /serving MCP on (http:\S+)\/mcp/, env);
    const worker = await started(["worker", "--health-port", "0"], /health on (http:\S+)\n[\s\S]* takes edits/, env);
    const json = { method: "POST", headers: { "content-type": "application/json" } };
    const api = `${serve.found}/api/v1`;
    const { sessionId } = await answer(`${api}/sessions`, { ...json, body: "{}" });
    const own = { "dragflow-session": String(sessionId) };
    const sent = new Uint8Array(await (await import("node:fs/promises")).readFile(`${bench.cwd}/photo.png`));
    const { imageId } = await answer(`${api}/images?name=a.png`, { method: "POST", body: sent, headers: own });
    const operations = [{ region: { box: [2, 2, 12, 12] }, motion: { type: "relocation", by: [8, 0] } }];
    const body = JSON.stringify({ imageId, operations, quality: "fast" });
    const { jobId } = await answer(`${api}/edits`, { ...json, body, headers: { ...json.headers, ...own } });
    expect(await answer(`${api}/jobs/${jobId}?wait=30`, { headers: own })).toMatchObject({ status: "done" });
    expect(bench.engine.edits).toHaveLength(1);
    expect(bench.engine.edits[0]?.image).toMatch(/dragflow-worker-/);

    expect(await answer(`${worker.found}/readyz`)).toEqual({ status: "ready" });
    const figures = await (await fetch(`${worker.found}/metrics`)).text();
    expect(figures).toContain('dragflow_worker_edits_total{lane="model",status="done"} 1');
    const ours = await (await fetch(`${serve.found}/metrics`)).text();
    expect(ours).toContain('dragflow_queue_workers{lane="model"} 1');
    expect(ours).toContain('dragflow_queue_waiting{lane="model"} 0');

    const { stdout, code } = await bench.run(["doctor", "--json", "--redis-url", redis.url]);
    const { findings } = JSON.parse(stdout) as { findings: { name: string; ok: boolean; text: string }[] };
    const found = new Map(findings.map(({ name, ok, text }) => [name, { ok, text }]));
    expect(found.get("queue")).toMatchObject({ ok: true, text: expect.stringMatching(/Redis \d.* answers/) });
    expect(found.get("workers")).toMatchObject({ ok: true, text: expect.stringMatching(/^1: .*:\d+$/) });
    expect(found.get("blobs")).toMatchObject({ ok: true });
    expect(code).toBeLessThanOrEqual(1); // other findings are about this machine

    worker.stop.abort();
    expect(await worker.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("stopped after 1 edits") });
    serve.stop.abort();
    expect(await serve.ended).toMatchObject({ code: 0 });
    const after = await bench.run(["doctor", "--redis-url", redis.url]);
    expect(after.stdout).toMatch(/✗ workers.*\n.*Start dragflow worker/);
    expect(after.code).toBe(1);
  });

  it("says that Redis drops what it was given", async () => {
    const forgetful = await startRedis(["--maxmemory-policy", "allkeys-lru", "--save", ""]);
    const { stdout } = await bench.run(["doctor", "--redis-url", forgetful.url]);
    expect(stdout).toMatch(/✗ queue.*allkeys-lru\n.*noeviction/);
    await forgetful.close();
  });
});

async function answer(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
