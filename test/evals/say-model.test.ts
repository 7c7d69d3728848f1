/** Cases in words that a model plans, over HTTP on loopback: recorded, replayed without it, judged by another. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FinishedCase, SuiteResult } from "../../src/evals/result.ts";
import {
  type Answer,
  type AskedBody,
  calling,
  imagesOf,
  type Server,
  saying,
  startServer,
} from "../agent/model/scripted-server.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";

const SUITE = `name: s
defaults: { quality: preview }
cases:
  - name: words
    image: photo.png
    say: move the left part a little to the right
    expect: { type: relocation, direction: { degrees: 0 }, tools: [start_edit], steps: { max: 4 }, budget: { tokens: 2000 } }
  - name: recipe
    image: photo.png
    edit: [{ region: { box: [4, 4, 20, 20] }, motion: { type: relocation, by: [8, 0] } }]
`;
const CRITIC = { goal: 9, artefacts: 9, preservation: 9, verdict: "accept", change: null };
const marks = (goal: number) =>
  saying(JSON.stringify({ goal, quality: 6, preservation: 9, why: "<b>it is there</b>" }));

/** A model that does what its prompt asks for, whichever of the three it plays. */
function played({ messages }: AskedBody): Answer {
  const text = JSON.stringify(messages);
  // The first picture says which order is asked about; the marks tell the orders apart.
  if (text.includes("for an evaluation")) return marks(/Picture 1, before/.test(text) ? 8 : 6);
  if (text.includes("artefacts")) return saying(JSON.stringify(CRITIC));
  if (messages.some(({ role }) => role === "tool")) return saying("Done.");
  const [imageId = ""] = /image-\w+|img[-_]\w+/.exec(text) ?? [];
  const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [8, 0] } }];
  return calling({ name: "start_edit", args: { imageId, operations } });
}

let bench: CliBench;
let server: Server;
beforeEach(async () => {
  bench = await startBench();
  server = await startServer({ when: played });
  await writeFile(join(bench.cwd, "s.yaml"), SUITE);
});
afterEach(async () => {
  await server.close();
  await bench.close();
});

const env = { OPENAI_API_KEY: "sk-test-0123456789" };
const run = (...argv: string[]) => bench.run(["eval", "s.yaml", "--no-baselines", ...argv], { env });
const live = (...argv: string[]) =>
  run("--planner", "model", "--llm", "planner", "--base-url", server.baseURL, ...argv);
const wordsOf = (stdout: string) => (JSON.parse(stdout) as SuiteResult).cases[0] as FinishedCase;

describe("--record and --replay", () => {
  it("the same run without key, network and endpoint; one file for each trial in words", async () => {
    const first = await live("--record", "traffic", "--json", "--trials", "2");
    expect(first.stderr).toContain("1/4 words (trial 1): passed");
    expect(first.code).toBe(0);
    expect((await readdir(join(bench.cwd, "traffic"))).sort()).toEqual(["words-2.jsonl", "words.jsonl"]);
    expect(await readFile(join(bench.cwd, "traffic/words.jsonl"), "utf8")).not.toContain("sk-test");
    await server.close();
    const again = await bench.run([
      "eval",
      "s.yaml",
      "--no-baselines",
      "--replay",
      "traffic",
      "--json",
      "--trials",
      "2",
    ]);
    expect(again.code).toBe(0);
    const [a, b] = [wordsOf(first.stdout), wordsOf(again.stdout)];
    expect(b.recipe.operations).toEqual(a.recipe.operations);
    expect(b.steps?.map(({ tool }) => tool)).toEqual(a.steps?.map(({ tool }) => tool));
    expect(b.usage).toEqual(a.usage);
    expect(a.usage?.inputTokens).toBeGreaterThan(0);
  });

  it("a trial without its recording crashes under its name, the others go on", async () => {
    await live("--record", "traffic");
    await writeFile(join(bench.cwd, "s.yaml"), SUITE.replace("name: words", "name: other words"));
    const { code, stdout } = await run("--replay", "traffic", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).cases).toMatchObject([
      { name: "other words", status: "crashed" },
      { name: "recipe", status: "passed" },
    ]);
  });

  it("are not for one run", async () => {
    expect((await run("--record", "a", "--replay", "b")).code).toBe(2);
  });
});

describe("--judge", () => {
  it("marks the edit in both orders of the pictures, and the raw replies are kept", async () => {
    const { stdout, code } = await live("--judge", "seer", "--judge-url", server.baseURL, "--out", "o", "--json");
    expect(code).toBe(0);
    const { methods } = wordsOf(stdout);
    expect(methods.at(-1)?.measures).toMatchObject({ judge_goal: 7, judge_quality: 6, judge_preservation: 9 });
    const lines = (await readFile(join(bench.cwd, "o/judge.jsonl"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      model: "seer",
      apart: 2,
      replies: [expect.stringContaining("<b>it is there"), expect.any(String)],
    });
    const judged = server.asked.filter(({ body }) => body.model === "seer").map(({ body }) => imagesOf(body.messages));
    expect(judged[1]).toEqual(judged[0]?.toReversed());
    expect(server.asked.some(({ body }) => body.model === "planner")).toBe(true);
  });

  it("may not be who plans, nor who planned what is replayed", async () => {
    const refused = { code: 2, stderr: expect.stringContaining("not the planner's own model") };
    expect(await live("--judge", "vendor/Planner")).toMatchObject(refused);
    expect(bench.engine.edits).toEqual([]);
    await live("--record", "traffic");
    expect(await run("--replay", "traffic", "--judge", "planner", "--judge-url", server.baseURL)).toMatchObject(
      refused,
    );
  });

  it("whose replies cannot be read is a crash of the case; what it wrote is kept", async () => {
    const babbling = await startServer(saying("I would rather not say."));
    const { code, stdout } = await run(
      "--filter",
      "recipe",
      "--judge",
      "seer",
      "--judge-url",
      babbling.baseURL,
      "--out",
      "o",
      "--json",
    );
    await babbling.close();
    expect(code).toBe(1);
    expect(JSON.parse(stdout).cases[0]).toMatchObject({ error: { code: "model-endpoint" } });
    const line = JSON.parse((await readFile(join(bench.cwd, "o/judge.jsonl"), "utf8")).trim());
    expect(line.replies).toEqual(Array(3).fill("I would rather not say."));
  });

  it("needs an endpoint", async () => {
    expect(await bench.run(["eval", "s.yaml", "--judge", "seer"])).toMatchObject({ code: 2 });
  });
});
