/** Callers are models: what they send may be anything. Calls are made from valid ones by spoiling one part of them. */
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOOLS, type ToolContext } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour, textOf } from "../helpers/mcp.ts";
import { askTool, callTool } from "../helpers/tool-call.ts";

let tour: Tour;
let ctx: ToolContext;
let base: string;
let valid: Readonly<Record<string, Record<string, unknown>>>;

const SECRET = "secret-beside-the-root";

beforeAll(async () => {
  tour = await startTour(new FakeEngine());
  ctx = tour.ctx;
  base = dirname(tour.root);
  await mkdir(join(base, SECRET));
  await writeFile(join(base, SECRET, "inner-name.png"), "not for tools");
  await symlink(join(base, SECRET), join(tour.root, "way-out"));
  valid = await validCalls();
});
afterAll(() => tour.close());

/** One call of every tool that would be answered. */
async function validCalls(): Promise<Record<string, Record<string, unknown>>> {
  const { imageId } = await askTool("open_image", { path: "photo.png" }, ctx);
  const { regionId } = await askTool("select_region", { imageId, box: [4, 4, 20, 20] }, ctx);
  const operations = [{ regionId, motion: { type: "rotation", degrees: 10, about: [8, 8] }, label: "sign" }];
  const edit = {
    imageId,
    operations,
    prompt: "p",
    sourcePrompt: "s",
    editable: { box: [0, 0, 40, 30] },
    options: { a: 1 },
  };
  const { jobId, editId } = await askTool("start_edit", { ...edit, waitSeconds: 20 }, ctx);
  return {
    open_image: { path: "photo.png" },
    look: { id: imageId, overlay: "marks", crop: [0, 0, 20, 20] },
    select_region: {
      imageId,
      box: [4, 4, 20, 20],
      label: "a",
      grow: 1,
      feather: 1,
      coordSpace: "pixel",
      refine: false,
    },
    propose_intents: { imageId, items: [{ regionId, target: [24, 24] }], request: "r", coordSpace: "pixel" },
    preview_edit: edit,
    start_edit: { ...edit, quality: "fast", model: "mini", seed: 1, waitSeconds: 0 },
    job_status: { jobId, waitSeconds: 0 },
    cancel_job: { jobId },
    critique_edit: { editId, goal: "g" },
    export_image: { id: editId, path: "out.png", format: "png", overwrite: true },
    chat_edit: { imageId, request: "move it", rounds: 1, regionId, waitSeconds: 0 },
    history: { action: "list" },
  };
}

/** Every place in a value: paths of keys, the root left out. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return path.length === 0 ? [] : [path];
  const inner = Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

/** A copy with the place replaced; the last key may be new. */
function spoiled(value: unknown, [key, ...rest]: readonly string[], junk: unknown): unknown {
  if (key === undefined) return junk;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, key, spoiled(Reflect.get(copy, key), rest, junk));
  return copy;
}

const JUNK: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, "", {}, [], Number.NaN, Infinity, -Infinity, 1e308, -1e308, -0.5, 2 ** 53, undefined),
  fc.constantFrom("NaN", "1e999", "\0", "\u202etxt.exe", "x".repeat(50_000), "../../etc/passwd"),
  fc.constant([Number.NaN, Number.NaN]),
  fc.constant(JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}')),
  fc.bigInt(),
  fc.anything({ maxDepth: 2 }),
);

const NAMES = TOOLS.map(({ name }) => name);

/** A call that does not fit its tool's schema. */
const MISSHAPEN = fc
  .tuple(fc.constantFrom(...NAMES), fc.nat(), JUNK, fc.boolean())
  .map(([name, pick, junk, extra]) => {
    const call = valid[name] ?? {};
    const places = [...placesIn(call), ...(extra ? [["surplus"]] : [])];
    return { name, args: spoiled(call, places[pick % places.length] ?? ["surplus"], junk) };
  })
  .filter(({ name, args }) => {
    return TOOLS.find((tool) => tool.name === name)?.input.safeParse(args).success === false;
  });

const OUTSIDE_PATHS = [
  "/etc/passwd",
  "/proc/self/environ",
  "/dev/zero",
  "../secret-beside-the-root/inner-name.png",
  "way-out/inner-name.png",
  "way-out",
  "//server/share/a.png",
  "\\\\server\\share\\a.png",
  "\0",
  "a\0.png",
  "~/.ssh/id_rsa",
  "file:///etc/passwd",
  "folder/../../../../../../etc/shadow",
];

/** Well formed, but about what is not the caller's. */
const FOREIGN = fc.oneof(
  fc.constantFrom(...OUTSIDE_PATHS).chain((path) =>
    fc.constantFrom<{ name: string; args: Record<string, unknown> }>(
      { name: "open_image", args: { path } },
      { name: "export_image", args: { path, format: undefined } },
      { name: "select_region", args: { box: undefined, mask: path } },
      { name: "preview_edit", args: { editable: { mask: path } } },
      { name: "start_edit", args: { model: path } },
      { name: "history", args: { action: "import", path } },
      {
        name: "history",
        args: { action: "export", path: path === "way-out" ? `${path}/a.tar` : path, overwrite: true },
      },
    ),
  ),
  fc
    .stringMatching(/^(img|edit|reg|job|cand|ses)_[0-9a-z]{10}$/)
    .chain((id) =>
      fc.constantFrom<{ name: string; args: Record<string, unknown> }>(
        { name: "look", args: { id } },
        { name: "select_region", args: { imageId: id } },
        { name: "propose_intents", args: { imageId: id } },
        { name: "preview_edit", args: { operations: undefined, candidateId: id, imageId: undefined } },
        { name: "start_edit", args: { imageId: id } },
        { name: "job_status", args: { jobId: id } },
        { name: "cancel_job", args: { jobId: id } },
        { name: "critique_edit", args: { editId: id } },
        { name: "export_image", args: { id } },
        { name: "chat_edit", args: { imageId: id } },
        { name: "history", args: { action: "checkout", id } },
        { name: "history", args: { action: "favourite", id } },
      ),
    ),
  fc.constantFrom<{ name: string; args: Record<string, unknown> }>(
    { name: "open_image", args: { path: undefined, url: "http://169.254.169.254/latest/meta-data" } },
    { name: "open_image", args: { path: undefined, uploadTicket: "guess" } },
    { name: "open_image", args: { path: undefined, dataUri: "data:text/html;base64,AAAA" } },
    { name: "start_edit", args: { model: "nope" } },
    { name: "start_edit", args: { model: "nope", quality: "preview" } },
    { name: "start_edit", args: { model: "images" } },
  ),
);

/** Names and sizes of everything in the folders that tools have no business in. */
async function outsideState(): Promise<string> {
  const names = await readdir(join(base, SECRET), { recursive: true });
  const around = (await readdir(base)).filter((name) => name !== "home");
  const inRoot = await readdir(tour.root);
  return JSON.stringify({ names, around, inRoot, kept: await readFile(join(base, SECRET, "inner-name.png"), "utf8") });
}

function expectTelling(text: string, args: unknown): void {
  expect(text).toMatch(/^[a-z]+(-[a-z]+)*: \S/);
  expect(text).not.toMatch(/^unexpected/);
  expect(text.length).toBeLessThan(3000);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not arrive
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(text).not.toContain(ctx.workspace.dir);
  expect(text).not.toContain("not for tools");
  const said = JSON.stringify(args, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? "";
  if (!said.includes(SECRET)) expect(text).not.toContain(SECRET);
  if (!said.includes("inner-name")) expect(text).not.toContain("inner-name");
}

describe("malformed calls", () => {
  it("200 of the wrong shape are told what to change", async () => {
    const before = await outsideState();
    const check = fc.asyncProperty(MISSHAPEN, async ({ name, args }) => {
      const answer = await callTool(name, args, ctx);
      expect(answer.ok).toBe(false);
      expect(answer.text).toMatch(/^arguments-invalid: .*(expected|Unrecognized|Too|Invalid)/i);
      expect(answer.text).toContain(`call ${name} again`);
      expectTelling(answer.text, args);
    });
    await fc.assert(check, { numRuns: 200 });
    expect(await outsideState()).toBe(before);
    expect(Object.prototype).not.toHaveProperty("polluted");
    expect((await callTool("look", valid.look, ctx)).ok).toBe(true);
  });

  it("100 about what is not the caller's are refused, and nothing is written or told", async () => {
    const before = await outsideState();
    const edits = await readdir(join(ctx.workspace.dir, "edits"));
    const check = fc.asyncProperty(FOREIGN, async ({ name, args }) => {
      const given = { ...valid[name], ...args };
      const answer = await callTool(name, given, ctx);
      expect(answer.ok).toBe(false);
      expectTelling(answer.text, given);
    });
    await fc.assert(check, { numRuns: 100 });
    expect(await outsideState()).toBe(before);
    expect(await readdir(join(ctx.workspace.dir, "edits"))).toEqual(edits);
  });

  it("60 come back over the protocol as isError text, not as protocol errors", async () => {
    const overWire = fc.oneof(
      MISSHAPEN.filter(({ name, args }) => survivesJson(name, args)),
      FOREIGN.map(({ name, args }) => ({ name, args: { ...valid[name], ...args } })),
    );
    const check = fc.asyncProperty(overWire, async ({ name, args }) => {
      const sent = JSON.parse(jsonOf(args)) as Record<string, unknown>;
      const result = (await tour.client.callTool({ name, arguments: sent })) as CallToolResult;
      expect(result.isError).toBe(true);
      expect(result.structuredContent).toBeUndefined();
      expectTelling(textOf(result), args);
    });
    await fc.assert(check, { numRuns: 60 });
    expect((await tour.client.listTools()).tools).toHaveLength(TOOLS.length);
  });
});

function jsonOf(args: unknown): string {
  return JSON.stringify(args, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? "{}";
}

/** What JSON makes of it is malformed still: null for NaN, nothing for undefined. */
function survivesJson(name: string, args: unknown): boolean {
  const sent: unknown = JSON.parse(jsonOf(args));
  const plain = typeof sent === "object" && sent !== null && !Array.isArray(sent);
  return plain && TOOLS.find((tool) => tool.name === name)?.input.safeParse(sent).success === false;
}
