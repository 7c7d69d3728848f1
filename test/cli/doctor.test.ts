import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SHAPES } from "../../src/agent/model/shapes.ts";
import {
  type Answer,
  type AskedBody,
  calling,
  type Server,
  saying,
  startServer,
} from "../agent/model/scripted-server.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";

let bench: CliBench;
const servers: Server[] = [];
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await bench.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function examined(answer: (body: AskedBody) => Answer, ...more: string[]) {
  const server = await startServer({ when: answer });
  servers.push(server);
  const result = await bench.run(["doctor", "--llm", "qwen3-vl-8b", "--base-url", server.baseURL, ...more]);
  return { ...result, server };
}

/** A model that can do everything, with boxes as Qwen3-VL writes them (0–1000). */
function able(body: AskedBody): Answer {
  const text = JSON.stringify(body.messages);
  if (body.tools !== undefined) return calling({ name: "report_ready", args: { word: "ready" } });
  if (text.includes("red triangle")) return saying('{"colour": "red", "sides": 3}');
  if (text.includes("Which colour")) return saying("Red.");
  const shapes = SHAPES.map(({ name, box: [x0, y0, x1, y1] }) => ({
    name,
    bbox_2d: [x0 / 0.896, y0 / 0.672, x1 / 0.896, y1 / 0.672].map(Math.round),
  }));
  return saying(JSON.stringify({ shapes }));
}

describe("the machine", () => {
  it("has everything, or says what is missing and exits with 1", async () => {
    const good = await bench.run(["doctor"]);
    expect(good.stdout).not.toContain("✗");
    expect(good.code).toBe(0);
    for (const name of ["node", "home", "disk", "roots", "images", "runtime", "providers", "model"]) {
      expect(good.stdout).toMatch(new RegExp(`^✓ ${name} `, "m"));
    }
    expect(good.stdout).toMatch(/^– endpoint +no model endpoint is configured/m);
    const bad = await bench.run(["doctor", "--home", "/dev/null/home", "--json"]);
    expect(bad.code).toBe(1);
    const { findings } = JSON.parse(bad.stdout);
    expect(findings).toContainEqual(expect.objectContaining({ name: "home", ok: false, advice: expect.any(String) }));
  });

  it("says when no root exists", async () => {
    const { code, stdout } = await bench.run(["doctor", "--roots", join(bench.cwd, "nowhere")]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ roots[^\n]*\n {2}→ Set DRAGFLOW_ROOTS/m);
  });
});

describe("the endpoint", () => {
  it("that can do everything passes, and is remembered", async () => {
    const { code, stdout } = await examined(able);
    expect(stdout).toMatch(/^✓ picture/m);
    expect(stdout).toMatch(/^✓ tools/m);
    expect(stdout).toMatch(/^✓ schema/m);
    expect(stdout).toMatch(/^✓ grounding mean IoU (0\.9\d|1\.00) \(red circle /m);
    expect(stdout).toContain('qwen-vl for qwen3-vl-8b; asked by "tools"');
    expect(code).toBe(0);
    const remembered = JSON.parse(await readFile(join(bench.home, "endpoints.json"), "utf8"));
    expect(Object.values(remembered.endpoints)).toEqual([{ tools: true, schema: true }]);
  });

  it("that cannot call tools is asked in another form; boxes that are off fail, each with its IoU", async () => {
    const { code, stdout } = await examined((body) => {
      if (body.tools !== undefined) return { status: 400, body: { error: { message: "no tools here" } } };
      if (JSON.stringify(body.messages).includes("Say where"))
        return saying('{"shapes": [{"name": "red circle", "bbox_2d": [900, 900, 999, 999]}]}');
      return able(body);
    }, "--json");
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report.examination).toMatchObject({ rung: "schema", tools: false, schema: true, sees: true });
    expect(report.examination.grounding).toEqual(SHAPES.map(({ name }) => ({ shape: name, iou: 0 })));
    expect(report.findings).toContainEqual(expect.objectContaining({ name: "tools", ok: true, isNote: true }));
    expect(report.findings).toContainEqual(expect.objectContaining({ name: "grounding", ok: false }));
  });

  it("that is blind fails with advice", async () => {
    const { code, stdout } = await examined((body) =>
      JSON.stringify(body.messages).includes("Which colour") ? saying("I cannot see it.") : able(body),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ picture[^\n]*\n {2}→ Take a model that sees/m);
  });

  it("that is not there fails with its host and nothing else is tried", async () => {
    const server = await startServer();
    await server.close();
    const { code, stdout } = await bench.run(["doctor", "--llm", "m", "--base-url", server.baseURL]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${server.host} could not be reached`);
    expect(stdout).not.toContain("grounding");
  }, 15_000);
});
