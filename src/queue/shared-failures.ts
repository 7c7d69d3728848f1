/** Why an edit failed on a worker: told to the one who asked, and whether another attempt may help. */
import { EditError, type ErrorCode, type ErrorRecord, errorRecord, isErrorCode } from "../errors.ts";
import { failureOf } from "./protocol.ts";

/** The machine failed, not the wish. */
const TRANSIENT: readonly ErrorRecord["code"][] = [
  "engine-crashed",
  "out-of-memory",
  "store-unavailable",
  "queue-unavailable",
  "checkpoint-invalid", // another worker may have the right one
  "interrupted",
] satisfies readonly ErrorCode[];

export function isTransient(error: unknown): boolean {
  return TRANSIENT.includes(errorRecord(error).code);
}

/** From what BullMQ keeps of a failure. */
export function failureFrom(reason: string, editId: string): Error {
  const record = failureOf(reason);
  if (record === undefined) return lost(reason, editId);
  const { code, message, hint } = record;
  if (!isErrorCode(code)) return new Error(message);
  return new EditError(code, message, hint === undefined ? {} : { hint });
}

/** BullMQ's own words: the workers died over it. */
function lost(reason: string, editId: string): EditError {
  const message = `Expected a worker to end edit ${editId}, each that began it was lost (${reason})`;
  return new EditError("engine-crashed", message, { hint: "The workers' logs say why; often it is memory" });
}
