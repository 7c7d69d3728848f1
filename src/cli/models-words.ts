/** What the models commands print. */
import type { ModelCheck } from "../engine/models/check/check-model.ts";
import type { EditMemory, ExecutionMemory } from "../engine/models/check/edit-memory.ts";
import type { PartReport } from "../engine/models/check/parts.ts";

export interface ListedModel {
  readonly name: string;
  readonly dir: string;
  readonly embedded: boolean;
  readonly ok: boolean;
  readonly variant: string | undefined;
  readonly parameters: number;
  readonly bytes: number;
}

export function listLine({ name, dir, embedded, ok, variant, parameters, bytes }: ListedModel): string {
  const size = `${count(parameters)} parameters, ${gigabytes(bytes)}`;
  const state = ok ? "" : "  BROKEN: see dragflow models check";
  return `${name.padEnd(16)} ${variant ?? "unknown"}, ${size}  ${embedded ? "(embedded)" : dir}${state}\n`;
}

export function checkLines(check: ModelCheck): string[] {
  const { variant, layout, memory } = check;
  const wrong = check.parts.flatMap(({ name, problems }) => problems.map((one) => ({ part: name, ...one })));
  const all = [...check.problems.map((one) => ({ part: "bundle", ...one })), ...wrong];
  return [
    `${check.path}: ${check.ok ? "whole" : `${all.length} problem${all.length === 1 ? "" : "s"}`}`,
    ...(variant === undefined ? [] : [`${variant.name}: ${variant.sizes}`]),
    ...check.parts.map((part) => partLine(part, layout)),
    `Memory for the weights: ${gigabytes(memory.cpu)} on the CPU as a whole, ${gigabytes(memory.cpuBlockByBlock)} block by block; ${gigabytes(memory.gpu)} on a GPU in 16 bits`,
    ...(memory.edit === undefined ? [] : editLines(memory.edit)),
    ...(variant === undefined ? [] : [`Licence: ${variant.licence}`]),
    ...all.map(({ part, type, message }) => `✗ ${part}: ${type === "unreadable" ? "" : `${WORDS[type]} `}${message}`),
  ];
}

function editLines({ side, bundle, cpu, gpu }: EditMemory): string[] {
  const both = ({ whole, blockByBlock }: ExecutionMemory) =>
    `${gigabytes(whole)} as a whole, ${gigabytes(blockByBlock)} block by block`;
  return [
    `Memory for an edit of ${side} x ${side} pixels, ${bundle ? "everything counted" : "the transformer alone"}:`,
    `  on the CPU in float32: ${both(cpu)} beside the mapped weights`,
    `  on a GPU in 16 bits: ${both(gpu)}`,
  ];
}

const WORDS = { missing: "missing", unexpected: "unexpected", shape: "misshapen", unreadable: "" } as const;

function partLine({ name, parameters, tensors, dtypes, bytes, files }: PartReport, layout: string): string {
  const types = Object.keys(dtypes).join(" and ") || "no weights";
  const shape = name === "transformer" ? `, ${layout} layout` : "";
  const shards = files > 1 ? ` in ${files} files` : "";
  return `  ${name.padEnd(15)} ${count(parameters)} parameters in ${tensors} tensors, ${types}, ${gigabytes(bytes)}${shards}${shape}`;
}

export function count(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : `${(value / 1e3).toFixed(1)} k`;
}

export function gigabytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
