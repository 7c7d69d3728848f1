/** Runs cases through their adapters and compares every output. */
import {
  type Adapter,
  type Bound,
  type Expected,
  loadCase,
  NO_GRADIENT,
  type Outputs,
  type ParityCase,
} from "./case.ts";
import { type Comparison, compare } from "./compare.ts";
import { findCases } from "./find.ts";

export interface ParityOptions {
  /** kind → adapter. */
  readonly adapters: Readonly<Partial<Record<string, Adapter>>>;
  /** Kinds that exist; one of them without an adapter is skipped, any other kind is a failure. */
  readonly kinds: readonly string[];
  /** Skipped cases and stated gaps fail too. */
  readonly strict: boolean;
  readonly print: (line: string) => void;
}

export interface Tally {
  cases: number;
  ok: number;
  missed: number;
  skipped: number;
  noGradient: number;
  /** Cases that could not be run: malformed, of an unknown kind, or none found. */
  broken: number;
}

/** True when every case found kept its bounds. */
export async function runParity(roots: readonly string[], options: ParityOptions): Promise<boolean> {
  const tally: Tally = { cases: 0, ok: 0, missed: 0, skipped: 0, noGradient: 0, broken: 0 };
  const folders = await findCases(roots).catch((error: unknown) => {
    options.print(`FAIL  ${messageOf(error)}`);
    tally.broken++;
    return [];
  });
  if (folders.length === 0) {
    options.print(`FAIL  no case found below ${roots.join(", ")}`);
    tally.broken++;
  }
  for (const { dir, name } of folders) {
    tally.cases++;
    await runCase(dir, name, options, tally);
  }
  options.print(summary(tally));
  const gaps = options.strict ? tally.skipped + tally.noGradient : 0;
  return tally.missed + tally.broken + gaps === 0;
}

async function runCase(dir: string, name: string, options: ParityOptions, tally: Tally): Promise<void> {
  const loaded = await loadCase(dir, name).catch(messageOf);
  if (typeof loaded === "string") {
    tally.broken++;
    options.print(`FAIL  ${name}  malformed case: ${loaded}`);
    return;
  }
  const adapter = adapterOf(name, loaded.kind, options, tally);
  if (!adapter) return;
  for (const run of loaded.runs) {
    const outputs = await adapter(run).catch(messageOf);
    for (const expected of loaded.expected) report(run, expected, outputs, options, tally);
  }
}

function adapterOf(name: string, kind: string, options: ParityOptions, tally: Tally): Adapter | undefined {
  if (!options.kinds.includes(kind)) {
    tally.broken++;
    options.print(`FAIL  ${name}  unknown kind "${kind}"`);
    return undefined;
  }
  const adapter = Object.hasOwn(options.adapters, kind) ? options.adapters[kind] : undefined;
  if (!adapter) {
    tally.skipped++;
    options.print(`skipped  ${name}  kind ${kind} is not built`);
  }
  return adapter;
}

/** A string in place of the outputs is why the adapter failed: every output is then a miss. */
function report(
  run: ParityCase,
  { name, bound, want }: Expected,
  outputs: Outputs | string,
  options: ParityOptions,
  tally: Tally,
): void {
  const variant = [run.layout?.name, run.adapterFile?.name].filter((one) => one !== undefined).join("+");
  const label = `${run.name}${variant && `@${variant}`}`.padEnd(34);
  const got = typeof outputs === "string" ? undefined : outputs[name];
  if (got === NO_GRADIENT) {
    tally.noGradient++;
    options.print(`${label} ${name.padEnd(30)} ${NO_GRADIENT}`);
    return;
  }
  const result = compare(got, want, bound);
  tally[result.ok ? "ok" : "missed"]++;
  const shown = typeof outputs === "string" ? { ...result, detail: outputs } : result;
  options.print(`${label} ${name.padEnd(30)} ${verdict(shown, bound)}`.trimEnd());
}

function verdict({ ok, value, detail }: Comparison, bound: Bound): string {
  const allowed = "rel" in bound ? `rel <= ${bound.rel.toExponential()}` : `iou >= ${bound.iou}`;
  const shown = "rel" in bound ? value.toExponential(2) : value.toFixed(4);
  return `${shown.padStart(8)}  ${allowed.padEnd(12)} ${ok ? "ok" : "MISS"}  ${detail}`;
}

function summary({ cases, ok, missed, skipped, noGradient, broken }: Tally): string {
  const gaps = noGradient > 0 ? `, ${noGradient} outputs without gradient` : "";
  return `${cases} cases: ${ok} outputs ok, ${missed} missed, ${skipped} cases skipped, ${broken} broken${gaps}`;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, " ");
}
