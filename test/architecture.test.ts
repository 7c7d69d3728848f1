/** Who may import whom: read from the sources, so that the rule cannot rot. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

interface Import {
  /** Path under src/ with forward slashes. */
  readonly file: string;
  readonly target: string;
}

/** Layer of a folder → folders it may import besides itself. `errors.ts` at the top belongs to everyone. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  session: ["engine"],
  queue: ["engine", "session"],
  tools: ["engine", "session"],
  agent: ["engine", "session", "tools"],
  evals: ["engine", "session", "tools", "agent"],
  report: ["engine", "session", "tools", "agent"],
  server: ["engine", "session", "tools", "agent", "report"],
  cli: ["engine", "session", "queue", "tools", "agent", "evals", "report", "server"],
};

/** AssemblyScript: a language of its own, which names its files without extension. */
const ASSEMBLY = join(SRC, "engine", "kernels", "assembly");

const IMPORT = /(?:from\s+|import\s+|import\(\s*|require\(\s*)["']([^"']+)["']/g;
const IMPORTS = sources(SRC).flatMap(importsOf);
const OWN = IMPORTS.filter(({ target }) => target.startsWith("."));
const PACKAGES = IMPORTS.filter(({ target }) => !target.startsWith("."));
const FILES = [...new Set(OWN.map(({ file }) => file))];
const TARGETS = new Map(FILES.map((file) => [file, OWN.filter((one) => one.file === file).map(resolved)]));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === ASSEMBLY ? [] : sources(path);
    return path.endsWith(".ts") || path.endsWith(".tsx") ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const file = relative(SRC, path).split(sep).join("/");
  return [...readFileSync(path, "utf8").matchAll(IMPORT)].map(([, target = ""]) => ({ file, target }));
}

function layerOf(file: string): string {
  return file.includes("/") ? (file.split("/")[0] ?? "") : "";
}

/** The imported file, under src/. */
function resolved({ file, target }: Import): string {
  return relative(SRC, join(SRC, dirname(file), target))
    .split(sep)
    .join("/");
}

/** Every file that the file imports, directly or by way of others. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set<string>();
  const open = [file];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const next = (TARGETS.get(one) ?? []).filter((target) => !reached.has(target));
    for (const target of next) reached.add(target);
    open.push(...next);
  }
  return reached;
}

/** Files that import the package (or a part of it) outside the allowed places. */
function strays(packageName: string, allowed: RegExp): string[] {
  const wanted = (target: string) => target === packageName || target.startsWith(`${packageName}/`);
  return PACKAGES.filter(({ file, target }) => wanted(target) && !allowed.test(file)).map(({ file }) => file);
}

describe("dependencies point one way", () => {
  it("reads imports at all", () => {
    expect(OWN.length).toBeGreaterThan(50);
    expect(PACKAGES.some(({ target }) => target === "sharp")).toBe(true);
  });

  it("knows every folder of src/", () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !(name in ALLOWED))).toEqual([]);
  });

  it("engine <- session <- tools <- agent <- evals, report, server <- cli; session <- queue <- cli", () => {
    const wrong = OWN.filter((one) => {
      const from = layerOf(one.file);
      const to = layerOf(resolved(one));
      return from !== "" && to !== "" && from !== to && !ALLOWED[from]?.includes(to);
    });
    expect(wrong).toEqual([]);
  });

  it("leads nowhere back to where it came from", () => {
    // The table of operations names values in its types, and values look their rules up in it.
    const known = ["engine/graph/ops.ts", "engine/graph/value.ts"];
    expect(FILES.filter((file) => reachedFrom(file).has(file)).sort()).toEqual(known);
  });

  it("names files with their extension", () => {
    expect(OWN.filter(({ target }) => !/\.(ts|tsx|json)$/.test(target) && !target.includes("${"))).toEqual([]);
  });
});

describe("packages stay where they belong", () => {
  it.each([
    ["sharp", /^engine\/image\//],
    ["onnxruntime-node", /^engine\/onnx\//],
    ["@techstark/opencv-js", /^engine\/(segment|retouch)\//],
    ["@modelcontextprotocol/sdk/server", /^(tools\/mcp\/.*|cli\/mcp\.ts$|server\/.*)/],
    ["openai", /^agent\/model\//],
    ["jsonrepair", /^agent\/model\//],
    ["ipaddr.js", /^(tools|server)\//],
    ["hono", /^server\//],
    ["commander", /^cli\//],
    ["yaml", /^(evals\/suite\/|agent\/model\/profiles\/)/],
    ["cacache", /^session\//],
    ["tar", /^session\//],
    ["p-queue", /^session\//],
    ["bullmq", /^queue\//],
    ["ioredis", /^queue\//],
    ["@aws-sdk/client-s3", /^queue\/blobs\//],
    ["@huggingface", /^engine\/(models|prompts|hub)\//],
    ["@clack/prompts", /^cli\//],
    ["terminal-image", /^cli\//],
  ])("%s", (name, allowed) => {
    expect(strays(name, allowed)).toEqual([]);
  });
});
