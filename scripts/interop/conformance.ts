/** The protocol's public conformance suite against dragflow serve. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renamingProxy } from "./names.ts";
import { INTEROP, node22, run } from "./processes.ts";

interface Expected {
  /** Pass as they are. */
  readonly direct: readonly string[];
  /** Pass once the suite's names are exchanged for ours. */
  readonly renamed: readonly string[];
  /** Scenario → why it does not apply. */
  readonly notApplicable: Readonly<Record<string, string>>;
}

/** `picture` is a data URI. Throws a list of whatever differs from test/interop/conformance.json. */
export async function conformance(url: string, picture: string): Promise<string> {
  const expected = JSON.parse(await readFile(`${INTEROP}conformance.json`, "utf8")) as Expected; // ours, beside us
  const direct = await suite(url);
  const proxy = await renamingProxy(url, picture);
  const renamed = await suite(proxy.url).finally(proxy.close);
  const wrong = differences(expected, direct, renamed);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  const passed = expected.direct.length + expected.renamed.length;
  return `${passed} scenarios hold, ${Object.keys(expected.notApplicable).length} do not apply`;
}

function differences(expected: Expected, direct: Results, renamed: Results): string[] {
  const { notApplicable } = expected;
  const named = new Set([...expected.direct, ...expected.renamed, ...Object.keys(notApplicable)]);
  const failed = (names: readonly string[], results: Results) => names.filter((name) => results.get(name) !== true);
  return [
    ...failed(expected.direct, direct).map((name) => `${name} should pass and does not`),
    ...failed(expected.renamed, renamed).map((name) => `${name} should pass with names exchanged and does not`),
    ...Object.keys(notApplicable)
      .filter((name) => direct.get(name) === true)
      .map((name) => `${name} passes now: take it off the list of what does not apply`),
    ...[...direct.keys()].filter((name) => !named.has(name)).map((name) => `${name} is not in the list yet`),
    ...[...named].filter((name) => !direct.has(name)).map((name) => `${name} is no scenario of the suite`),
  ];
}

/** Scenario → whether at least one of its checks passed and none failed. */
type Results = ReadonlyMap<string, boolean>;

async function suite(url: string): Promise<Results> {
  const out = await mkdtemp(join(tmpdir(), "dragflow-conformance-"));
  try {
    const program = `${INTEROP}node_modules/@modelcontextprotocol/conformance/dist/index.js`;
    const { stdout, stderr } = await run(await node22(), [
      program,
      "server",
      "--url",
      url,
      "--suite",
      "all",
      "-o",
      out,
    ]);
    const lines = [...stdout.matchAll(/^[✓✗] ([a-z0-9-]+): (\d+) passed, (\d+) failed/gm)];
    if (lines.length === 0) throw new Error(`Expected the suite's summary, got ${stdout.slice(-500)} ${stderr}`);
    return new Map(lines.map(([, name = "", passed, failed]) => [name, Number(passed) > 0 && Number(failed) === 0]));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
