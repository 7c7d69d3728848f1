/** A client in another process lends its own model: chat_edit asks it over stdio, and the edit is made. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type CreateMessageRequest, CreateMessageRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { NO_TOOL } from "../../src/agent/model/step.ts";
import { photo } from "../helpers/mcp.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-sampling-"));
  await photo(join(dir, "photo.png"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const answer = z.object({
  status: z.literal("done"),
  editId: z.string(),
  answer: z.object({ ok: z.literal(true), planner: z.literal("sampling") }),
});

it("is asked, and plans the edit", { timeout: 150_000 }, async () => {
  const asked: CreateMessageRequest["params"][] = [];
  const client = new Client({ name: "lender", version: "1" }, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
    asked.push(params);
    return { role: "assistant", model: "own", content: { type: "text", text: reply(params) } };
  });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ["--import", import.meta.resolve("tsx"), MAIN, "mcp"],
    cwd: dir,
    env: { PATH: process.env.PATH ?? "", DRAGFLOW_HOME: join(dir, "home") },
    stderr: "ignore",
  });
  await client.connect(transport);
  const call = async (name: string, args: Record<string, unknown>) =>
    (await client.callTool({ name, arguments: args }, undefined, { timeout: 120_000 })).structuredContent;
  const { imageId } = z.object({ imageId: z.string() }).parse(await call("open_image", { path: "photo.png" }));
  const begun = z.object({ jobId: z.string() });
  const { jobId } = begun.parse(await call("chat_edit", { imageId, request: "move the red half right", rounds: 1 }));
  let job: unknown;
  do job = await call("job_status", { jobId, waitSeconds: 40 });
  while (z.object({ status: z.enum(["queued", "running"]) }).safeParse(job).success);
  expect(answer.safeParse(job).error, JSON.stringify({ job, asked: asked.length })).toBeUndefined();
  expect(asked.length).toBeGreaterThan(1);
  const images = asked.flatMap(({ messages }) =>
    messages.filter(({ content }) => "type" in content && content.type === "image"),
  );
  expect(images.length).toBeGreaterThan(0);
  await client.close();
});

/** What a model would say, in the planner's prompted JSON: select, edit, done; and content with what it is shown. */
function reply({ systemPrompt = "", messages }: CreateMessageRequest["params"]): string {
  const shown = JSON.stringify(messages);
  if (!`${systemPrompt}${shown}`.includes("start_edit")) {
    return JSON.stringify({ goal: 9, artefacts: 9, preservation: 10, verdict: "accept" });
  }
  const [, imageId = ""] = /(img_[0-9a-z]{6,})/.exec(shown) ?? [];
  const [, regionId] = /(reg_[0-9a-z]{6,})/.exec(shown) ?? [];
  const motion = { type: "relocation", by: [8, 0] };
  if (regionId === undefined) return step("select_region", { imageId, box: [4, 4, 20, 20], refine: false });
  if (/edit_[0-9a-z]{6}/.test(shown)) return JSON.stringify({ say: "Moved.", tool: NO_TOOL, args: {} });
  return step("start_edit", { imageId, operations: [{ regionId, motion }] });
}

function step(tool: string, args: object): string {
  return JSON.stringify({ say: "", tool, args });
}
