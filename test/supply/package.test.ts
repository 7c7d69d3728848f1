/** The package as it would be published: its contents, and that the program in it runs. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LockFile, readJson } from "../../scripts/supply/lock-file.ts";
import { linted, type Packed, pack, packFaults, sizeText } from "../../scripts/supply/pack.ts";
import { command, unpacked } from "../../scripts/supply/unpacked.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
let base: string;
let packed: Packed;
let installed: string;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "dragflow-package-"));
  packed = pack(ROOT, base);
  installed = await unpacked(packed.file, ROOT, readJson<LockFile>(join(ROOT, "package-lock.json")), join(base, "app"));
}, 300_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("the package", () => {
  it("holds what the program uses, and stays below its ceiling", () => {
    process.stdout.write(`npm pack: ${sizeText(packed)}\n`);
    expect(packFaults(packed)).toEqual([]);
    const built = ["cli/main.js", "page/index.html", "mcp-app/compare.html", "engine/kernels/kernels.wasm"];
    for (const name of [...built.map((path) => `dist/${path}`), "NOTICE", "LICENSE"]) {
      expect(packed.files.map(({ path }) => path)).toContain(name);
    }
    expect(packed.files.filter(({ path }) => path.includes("assembly"))).toEqual([]);
  });

  it("with something else in it would be refused", () => {
    const stray = {
      ...packed,
      files: [
        { path: "dist/a.js.map", size: 1 },
        { path: "test/a.ts", size: 1 },
        { path: ".env", size: 1 },
      ],
    };
    expect(packFaults(stray)).toHaveLength(3);
    expect(packFaults({ ...packed, size: 1e9 })).toEqual([expect.stringMatching(/1000000000 bytes are more than/)]);
  });

  it("is what publint and attw want of one", { timeout: 300_000 }, () => {
    expect(linted(packed.file, ROOT)).toEqual([]);
  });
});

const PHOTO = "node_modules/dragflow-agent/examples/boat.webp";

const SUITE = `name: one
defaults: {quality: preview}
cases:
  - name: boat
    image: ${PHOTO}
    edit: [{region: {box: [85, 255, 310, 345]}, motion: {type: relocation, by: [40, 0]}}]
`;

describe("installed, with production dependencies alone", () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = command(installed, args);
    expect([args.join(" "), status, stderr]).toEqual([args.join(" "), 0, expect.anything()]);
    return stdout;
  };

  it("edits, replays and reports", { timeout: 900_000 }, () => {
    const moved = ["--region", "box:85,255,310,345", "--motion", "relocation:by=90,0", "--quality", "preview"];
    const edit = JSON.parse(run("edit", PHOTO, ...moved, "--out", "a.png", "--report", "report", "--json", "--quiet"));
    expect(edit).toMatchObject({ ok: true, receipt: { outsideChanged: 0 } });
    run("replay", "report/recipe.json", PHOTO, "--out", "b.png", "--quiet");
    expect(readFileSync(join(installed, "b.png")).equals(readFileSync(join(installed, "a.png")))).toBe(true);
    expect(existsSync(join(installed, "report/report.html"))).toBe(true);
  });

  it("talks, lists, checks and shows what it would do", { timeout: 900_000 }, () => {
    run(
      "chat",
      PHOTO,
      "--say",
      "move the boat 40 pixels to the right",
      "--out",
      "c.png",
      "--quality",
      "preview",
      "--planner",
      "local",
    );
    expect(run("history")).toMatch(/boat/);
    expect(run("models", "list")).toMatch(/mini/);
    run("models", "check", "mini");
    expect(run("--version")).toMatch(/^\d+\.\d+\.\d+/);
    expect(run("mcp")).toBe(""); // its input ends at once
    writeFileSync(join(installed, "one.yaml"), SUITE);
    run("eval", "one.yaml", "--out", "run", "--baselines", "nothing,paste");
    expect(existsSync(join(installed, "run/results.json"))).toBe(true);
    for (const name of [
      "edit",
      "chat",
      "mcp",
      "serve",
      "eval",
      "replay",
      "history",
      "models",
      "doctor",
      "demo",
      "worker",
    ]) {
      expect(run(name, "--help")).toMatch(/Usage: dragflow/);
    }
  });
});
