/** The program as people start it: its own process, the real engine in another one. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../helpers/mcp.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const LOADER = ["--import", import.meta.resolve("tsx"), MAIN];
const INLINE = ["--region", "box:4,4,20,20", "--motion", "relocation:by=10,0", "--quality", "preview"];

let cwd: string;
let home: string;

beforeAll(async () => {
  // Inside the package, so that the engine's own process finds tsx as well.
  const out = fileURLToPath(new URL("../../out", import.meta.url));
  await mkdir(out, { recursive: true });
  cwd = await mkdtemp(join(out, "spawned-"));
  home = await mkdtemp(join(tmpdir(), "dragflow-spawned-home-"));
  await photo(join(cwd, "photo.png"));
});
afterAll(async () => {
  for (const dir of [cwd, home]) await rm(dir, { recursive: true, force: true });
});

function dragflow(...argv: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [...LOADER, ...argv], { cwd, env: { ...process.env, DRAGFLOW_HOME: home } });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    said.stdout += data;
  });
  child.stderr.on("data", (data) => {
    said.stderr += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
}

/** Names of bad input and how it is made in the working directory. */
const BAD: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "missing.png": async () => {},
  "empty.png": (path) => writeFile(path, ""),
  "words.jpg": (path) => writeFile(path, "These are words, no picture."),
  "drawing.svg": (path) => writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'),
  async "truncated.png"(path) {
    const noise = {
      width: 64,
      height: 64,
      channels: 3 as const,
      noise: { type: "gaussian" as const, mean: 128, sigma: 40 },
    };
    const { size } = await sharp({ create: { ...noise, background: "black" } })
      .png()
      .toFile(path);
    await truncate(path, Math.floor(size / 2));
  },
};

describe("bad input", () => {
  it.each(Object.keys(BAD))("%s: one line, exit 3, nothing written", { timeout: 60_000 }, async (name) => {
    await BAD[name]?.(join(cwd, name));
    const before = await readdir(cwd);
    const { code, stdout, stderr } = await dragflow(
      "edit",
      name,
      ...INLINE,
      "--out",
      "o.png",
      "--report",
      "r",
      "--quiet",
    );
    expect(stderr).toMatch(/^error image-(unreadable|unsupported): [^\n]+\n(hint: [^\n]+\n)?$/);
    expect(stderr).toContain(name);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(await readdir(cwd)).toEqual(before);
  });

  it("keeps an existing --out", { timeout: 60_000 }, async () => {
    await writeFile(join(cwd, "mine.png"), "precious");
    const { code, stderr } = await dragflow("edit", "photo.png", ...INLINE, "--out", "mine.png");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error out-exists: /);
    expect(await readFile(join(cwd, "mine.png"), "utf8")).toBe("precious");
  });
});

it("edits, and replays the report's recipe to the same bytes", { timeout: 120_000 }, async () => {
  const data = Buffer.alloc(48 * 32);
  for (let y = 6; y < 20; y++) data.fill(255, y * 48 + 6, y * 48 + 18);
  await sharp(data, { raw: { width: 48, height: 32, channels: 1 } }).toFile(join(cwd, "sign.png"));
  const inline = ["--region", "mask:sign.png", "--motion", "rotation:degrees=20;about=12,12", "--quality", "preview"];
  const first = await dragflow("edit", "photo.png", ...inline, "--out", "one.png", "--report", "one", "--json");
  expect(first.code).toBe(0);
  const { receipt, recipe } = JSON.parse(first.stdout);
  expect(receipt).toMatchObject({ lossless: true, outsideChanged: 0 });
  expect(recipe.operations[0].region.mask).toMatch(/^data:image\/png;base64,/);
  const again = await dragflow("replay", "one/recipe.json", "photo.png", "--out", "two.png");
  expect(again.code).toBe(0);
  expect(await readFile(join(cwd, "two.png"))).toEqual(await readFile(join(cwd, "one.png")));
});

it("serves MCP over stdio, with nothing but the protocol on stdout", { timeout: 60_000 }, async () => {
  const env = { ...process.env, DRAGFLOW_HOME: home } as Record<string, string>;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...LOADER, "mcp"],
    cwd,
    env,
    stderr: "ignore",
  });
  const client = new Client({ name: "test", version: "1" });
  const broken: Error[] = [];
  client.onerror = (error) => broken.push(error);
  await client.connect(transport);
  const opened = await client.callTool({ name: "open_image", arguments: { path: "photo.png" } });
  expect(opened.structuredContent).toMatchObject({ width: 48, height: 32, format: "png" });
  await client.close();
  expect(broken).toEqual([]);
});

describe("output that nobody reads on", () => {
  it("is no error", async () => {
    const child = spawn(process.execPath, [...LOADER, "eval", "--help"], {
      cwd,
      env: { ...process.env, DRAGFLOW_HOME: home },
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect([code, stderr]).toEqual([0, ""]);
  });
});
