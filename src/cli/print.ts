/** What the commands say: results on stdout, everything else on stderr; with --json one object on stdout. */
import type { ExportOutcome, Warning } from "../engine/api.ts";
import { EditError, errorRecord, exitCodeOf } from "../errors.ts";
import type { EditRecord } from "../session/index.ts";
import { receiptInWords, tierInWords, warningInWords } from "../tools/words.ts";
import type { CliDeps } from "./deps.ts";

export interface EditDone {
  readonly record: EditRecord;
  readonly written: ExportOutcome;
  /** Path of report.html. */
  readonly report?: string;
}

/** What --json prints: the same fields for every command that makes an edit. */
export function resultJson({ record, written, report }: EditDone): object {
  const { tier, tiers, why, regimes, width, height, metrics, seconds, peakMemoryBytes, recipe } = record.outcome;
  return {
    ok: true,
    out: written.path,
    editId: record.id,
    format: written.format,
    bytes: written.bytes,
    width,
    height,
    tier,
    tiers,
    ...(why === undefined ? {} : { why }),
    ...(regimes === undefined ? {} : { regimes }),
    receipt: written.receipt,
    metrics,
    seconds,
    peakMemoryBytes,
    recipe,
    warnings: allWarnings(record, written),
    ...(report === undefined ? {} : { report }),
  };
}

export function resultLines({ record, written, report }: EditDone): string[] {
  const { seconds, peakMemoryBytes, width, height } = record.outcome;
  const cost = `${seconds.total.toFixed(1)} s, ${Math.round(peakMemoryBytes / 1e6)} MB at most`;
  return [
    `Wrote ${written.path} (${written.format}, ${width} x ${height})`,
    tierInWords(record.outcome),
    receiptInWords(written.receipt),
    cost,
    ...(report === undefined ? [] : [`Report: ${report}`]),
  ];
}

export function printWarnings(deps: CliDeps, warnings: readonly Warning[]): void {
  for (const warning of warnings) deps.stderr.write(`${warningInWords(warning)}\n`);
}

/** An edit's and its file's warnings; each is said once. */
export function allWarnings({ outcome }: EditRecord, written: ExportOutcome): Warning[] {
  const all = [...outcome.warnings, ...written.warnings];
  return all.filter(({ code, message }, i) => i === all.findIndex((w) => w.code === code && w.message === message));
}

/** One line and a hint on stderr (the stack with DRAGFLOW_DEBUG=1), the JSON object when asked for; the exit code. */
export function printError(deps: CliDeps, error: unknown, json: boolean): number {
  const record = errorRecord(error);
  deps.stderr.write(`error ${record.code}: ${oneLine(record.message)}\n`);
  if (record.hint !== undefined) deps.stderr.write(`hint: ${oneLine(record.hint)}\n`);
  if (deps.env.DRAGFLOW_DEBUG === "1" && error instanceof Error) deps.stderr.write(`${stackOf(error)}\n`);
  if (json) deps.stdout.write(`${JSON.stringify({ ok: false, error: record })}\n`);
  return exitCodeOf(error);
}

/** An abort by Ctrl-C may surface as any error; it is a cancellation all the same. */
export function asCancelled(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || (error instanceof EditError && error.code === "cancelled")) return error;
  return new EditError("cancelled", "Interrupted", { cause: error });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}

function stackOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}
