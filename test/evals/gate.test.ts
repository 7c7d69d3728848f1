/** The suite that every change must pass, with the real engine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { LocalEngine } from "../../src/engine/local.ts";

it("holds the gate suite's thresholds", async () => {
  const home = await mkdtemp(`${tmpdir()}/dragflow-gate-`);
  const said = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof said) => ({
    write(text: string) {
      said[name] += text;
    },
  });
  try {
    const code = await runCli(["eval", "gate", "--no-baselines", "--columns", "score"], {
      createEngine: ({ home }) => new LocalEngine({ home }),
      stdin: Readable.from([]),
      stdout: sink("stdout"),
      stderr: sink("stderr"),
      env: { DRAGFLOW_HOME: home },
      cwd: home,
      signal: new AbortController().signal,
    });
    expect(`${said.stderr}${said.stdout}`).toContain("gate: passed (4 passed)");
    expect(code).toBe(0);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}, 300_000);
