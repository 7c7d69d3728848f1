/** The judge over a real HTTP endpoint on loopback that says what it is told. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, expect, it } from "vitest";
import { modelSource } from "../../src/agent/index.ts";
import { createJudge } from "../../src/evals/judge.ts";
import { goalOf } from "../../src/evals/metrics/judge-marks.ts";
import { type Answer, type Server, saying, startServer } from "../agent/model/scripted-server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function serve(...answers: readonly Answer[]): Promise<Server> {
  const server = await startServer(...answers);
  open.push(server);
  return server;
}

async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-judge-"));
  open.push({ close: () => rm(dir, { recursive: true, force: true }) });
  return dir;
}

async function pictures() {
  const of = async (background: string) => {
    const data = await sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toBuffer();
    return { data, mimeType: "image/png", width: 40, height: 30 } as const;
  };
  return { before: await of("#101010"), after: await of("#f0f0f0") };
}

const marks = (goal: number) => saying(JSON.stringify({ goal, quality: 6, preservation: 9, why: "it is there" }));

it("asks twice, with the pictures the other way round, and keeps the raw replies", async () => {
  const dir = await scratch();
  const server = await serve(marks(8), saying("not json"), marks(6));
  const source = modelSource({ model: "seer", apiKey: "k", baseURL: server.baseURL, home: dir, rung: "prompt" });
  const judge = await createJudge(source, { planners: ["planner"], log: join(dir, "judge.jsonl") });
  const question = { goal: "move the hat", pictures, subject: {} };
  const judgement = await judge.judge(question);
  expect(judgement).toMatchObject({ goal: 7, quality: 6, preservation: 9, apart: 2 });
  expect(judgement.replies).toHaveLength(3);
  expect(judgement.replies[1]).toBe("not json");
  const urls = server.asked.map(({ body }) => JSON.stringify(body.messages).match(/data:image[^"]+/g) ?? []);
  expect(urls[0]).toHaveLength(2);
  expect(urls[1]).toEqual([urls[0]?.[1], urls[0]?.[0]]);
  // Asked about once, however many scorers want a mark.
  expect(await judge.judge(question)).toBe(judgement);
  expect(server.asked).toHaveLength(3);
  const [line = ""] = (await readFile(join(dir, "judge.jsonl"), "utf8")).split("\n");
  expect(JSON.parse(line)).toMatchObject({ model: "seer", asked: "move the hat", goal: 7, replies: judgement.replies });
});

it("nobody marks their own work", async () => {
  const source = modelSource({ model: "openai/Seer", apiKey: "k", baseURL: "http://127.0.0.1:1/v1" });
  await expect(createJudge(source, { planners: ["other", "seer"] })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(/not the planner's own model/),
  });
});

it("is told the motions in words", () => {
  const motion = { type: "relocation", by: [40, 0] } as const;
  const region = { box: [0, 0, 1, 1] } as const;
  const operations = [
    {
      label: "hat",
      region: { box: [...region.box] as [number, number, number, number] },
      motion: { ...motion, by: [40, 0] as [number, number] },
    },
  ];
  expect(goalOf({ prompt: "the hat lies further right", operations })).toMatch(
    /^the hat lies further right; hat: .*40/,
  );
});
