/** dragflow models on the command line: what is printed, exit codes, a pull that is killed and taken up again. */
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { patchWeights, tinyBundle, WEIGHTS } from "../helpers/bundle.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";
import { type HubServer, startHub } from "../helpers/hub-server.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const ID = "someone/tiny";

let bench: CliBench;
let source: string;
let hub: HubServer;
beforeEach(async () => {
  bench = await startBench();
  source = await tinyBundle();
  hub = await startHub({ id: ID, card: { license: "apache-2.0" }, files: await filesOf(source) });
});
afterEach(async () => {
  await hub.close();
  await rm(source, { recursive: true, force: true });
  await bench.close();
});

async function filesOf(dir: string): Promise<Record<string, Uint8Array>> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => /\.\w+$/.test(name)); // folders have no dots
  const read = names.map(async (name) => [name, await readFile(join(dir, name))] as const);
  return Object.fromEntries(await Promise.all(read));
}

const models = (argv: readonly string[], env: Record<string, string> = {}) =>
  bench.run(["models", ...argv], { env: { HF_ENDPOINT: hub.url, ...env } });

describe("check", () => {
  test("a whole model: exit 0, what it is and what it takes", async () => {
    const { code, stdout } = await models(["check", source]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: whole\na model of its own: .* blocks of width/);
    expect(stdout).toMatch(/transformer +[\d.]+ k parameters in \d+ tensors, F32/);
    expect(stdout).toMatch(/Memory for the weights: .*block by block.*GPU/);
    const both = "([\\d.]+) [GMk]B as a whole, ([\\d.]+) [GMk]B block by block";
    expect(stdout).toMatch(
      new RegExp(
        `Memory for an edit of 512 x 512 pixels, everything counted:\n  on the CPU in float32: ${both} beside the mapped weights\n  on a GPU in 16 bits: ${both}\n`,
      ),
    );
  });

  test("a broken one: exit 3, every problem in a line", async () => {
    await patchWeights(join(source, "transformer", WEIGHTS), (shapes) => {
      shapes.delete("proj_out.bias");
      shapes.set("extra.weight", [1]);
    });
    const { code, stdout } = await models(["check", source]);
    expect(code).toBe(3);
    expect(stdout).toContain(": 2 problems\n");
    expect(stdout).toContain("✗ transformer: missing proj_out.bias [64]\n");
    expect(stdout).toContain("✗ transformer: unexpected extra.weight [1]\n");
  });

  test("--json is one object with the same", async () => {
    await patchWeights(join(source, "vae", WEIGHTS), (shapes) => shapes.set("decoder.conv_in.bias", [1]));
    const { code, stdout } = await models(["check", source, "--json"]);
    expect(code).toBe(3);
    const [part] = JSON.parse(stdout).parts.filter((one: { name: string }) => one.name === "vae");
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, layout: "diffusers", problems: [] });
    expect(part.problems).toMatchObject([{ type: "shape", tensor: "decoder.conv_in.bias" }]);
  });

  test("nothing there", async () => {
    expect(await models(["check", "no-such-model"])).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("pull", () => {
  test("without an accepted licence gets nothing and says how", async () => {
    const { code, stderr } = await models(["pull", ID]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/Licence of someone\/tiny: apache-2\.0\. .* to get\./);
    expect(stderr).toMatch(/error licence-needed: .*\nhint: .*--accept-licence/);
    expect(hub.fetched).toEqual([]);
  });

  test("then the model is listed, whole, and known by its name", async () => {
    const pulled = await models(["pull", ID, "--accept-licence"]);
    expect(pulled).toMatchObject({ code: 0, stdout: expect.stringContaining("Next: dragflow models check tiny\n") });
    expect((await models(["list"])).stdout).toMatch(/^mini .*\(embedded\)\ntiny .*models\/tiny\n$/);
    expect(await models(["check", "tiny"])).toMatchObject({ code: 0 });
    const again = await models(["pull", ID, "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, name: "tiny", fetched: 0 });
  });

  test("the token comes from HF_TOKEN or the flag", async () => {
    hub.faults.token = "hf_good";
    const argv = ["pull", ID, "--accept-licence", "--quiet"];
    expect(await models(argv, { HF_TOKEN: "hf_bad" })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("access-refused"),
    });
    expect(await models([...argv, "--token", "hf_good"], { HF_TOKEN: "hf_bad" })).toMatchObject({ code: 0 });
    await rm(join(bench.home, "models"), { recursive: true });
    expect(await models(argv, { HF_TOKEN: "hf_good" })).toMatchObject({ code: 0 });
  });

  test("offline says which files to put where", async () => {
    const { code, stderr } = await models(["pull", ID], { HF_HUB_OFFLINE: "1" });
    expect(code).toBe(5);
    expect(stderr).toContain(`by hand into ${join(bench.home, "models/tiny")}: model_index.json, `);
    expect(stderr).toContain(", transformer/config.json, ");
  });
});

test("a pull that is killed goes on where it was", { timeout: 60_000 }, async () => {
  hub.faults.slow = 20;
  await mkdir(bench.home, { recursive: true });
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, "models", "pull", ID, "--accept-licence"], {
    env: { ...process.env, HF_ENDPOINT: hub.url, DRAGFLOW_HOME: bench.home },
    stdio: "ignore",
  });
  const ended = new Promise((done) => child.once("exit", done));
  const partial = await partialFile(20_000);
  child.kill("SIGKILL");
  await ended;
  hub.faults.slow = 0;
  hub.fetched.length = 0;
  expect(await models(["check", "tiny"])).toMatchObject({ code: 3, stderr: expect.stringContaining("not-found") });
  expect(await models(["pull", ID, "--quiet"])).toMatchObject({ code: 0 }); // the licence was accepted before
  const [first] = hub.fetched;
  expect(partial).toContain(first?.path);
  expect(Number(/\d+/.exec(first?.range ?? "")?.[0])).toBeGreaterThanOrEqual(20_000);
  expect(await models(["check", "tiny"])).toMatchObject({ code: 0 });
});

/** The path of the unfinished file, once it has so many bytes. */
async function partialFile(bytes: number): Promise<string> {
  for (;;) {
    const entries = await readdir(join(bench.home, "models", "tiny"), { recursive: true }).catch(() => []);
    const found = entries.find((name) => name.endsWith(".partial"));
    if (found !== undefined) {
      const path = join(bench.home, "models", "tiny", found);
      if ((await readFile(path).catch(() => Buffer.alloc(0))).length >= bytes) return path;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}

test("a file of a folder's name does no harm to the list", async () => {
  await mkdir(join(bench.home, "models"), { recursive: true });
  await writeFile(join(bench.home, "models", "stray"), "");
  expect(await models(["list", "--json"])).toMatchObject({ code: 0 });
});
