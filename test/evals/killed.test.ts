/** A run that is killed without warning, and what the next one finds. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { JOURNAL_FILE, readJournal } from "../../src/evals/journal.ts";
import type { CaseResult } from "../../src/evals/result.ts";
import { photo } from "../helpers/mcp.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const NAMES = ["a", "b", "c", "d"];
const CASES = NAMES.map((name, i) => {
  const motion = `{ type: relocation, by: [${8 + i}, 0] }`;
  return `  - { name: ${name}, image: photo.png, edit: [{ region: { box: [4, 4, 20, 20] }, motion: ${motion} }] }`;
});

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "dragflow-killed-"));
  await photo(join(cwd, "photo.png"));
  await writeFile(join(cwd, "s.yaml"), `name: s\ndefaults: { quality: preview }\ncases:\n${CASES.join("\n")}\n`);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

function start(...more: string[]) {
  const env = { ...process.env, DRAGFLOW_HOME: join(cwd, "home") };
  const argv = [
    "--import",
    "tsx",
    MAIN,
    "eval",
    join(cwd, "s.yaml"),
    "--out",
    join(cwd, "o"),
    "--no-baselines",
    ...more,
  ];
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const ended = new Promise<string>((resolve) => child.on("close", () => resolve(stderr)));
  return { child, ended };
}

it("kill -9 in the middle: what is finished is not run again, the rest is", async () => {
  const first = start();
  while ((await readJournal(join(cwd, "o"))).results.size === 0) await sleep(20);
  first.child.kill("SIGKILL");
  await first.ended;
  const before = [...(await readJournal<CaseResult>(join(cwd, "o"))).results.values()].map(({ name }) => name);
  expect(before.length).toBeLessThan(NAMES.length);
  // As if the blow had fallen in the middle of a line.
  const journal = join(cwd, "o", JOURNAL_FILE);
  await writeFile(journal, `${await readFile(journal, "utf8")}{"key":"half a li`);

  const said = await start("--resume").ended;
  expect(NAMES.filter((name) => said.includes(`${name}: passed (known)`))).toEqual(before);
  const { cases, status } = JSON.parse(await readFile(join(cwd, "o", "results.json"), "utf8"));
  expect(status).toBe("passed");
  expect(cases.map(({ name }: { name: string }) => name)).toEqual(NAMES);
  const lines = (await readFile(journal, "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).name).sort()).toEqual(NAMES);
}, 240_000);
