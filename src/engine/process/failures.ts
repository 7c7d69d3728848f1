/** How a child's end, and what it reports, reach the caller as errors. */
import { readFileSync } from "node:fs";
import { EditError, type ErrorRecord, errorRecord, isErrorCode } from "../../errors.ts";

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Processes that the kernel killed for memory while this one lived; 0 where that is not known. */
  readonly memoryKills: number;
}

export function cancelled(): EditError {
  return new EditError("cancelled", "The edit was cancelled");
}

/** V8 and C++ end by SIGABRT (a shell says 134) when an allocation fails, the kernel by SIGKILL. */
export function endedBy({ code, signal, memoryKills }: Ending): EditError {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const starved = signal === "SIGABRT" || code === 134 || (signal === "SIGKILL" && memoryKills > 0);
  return new EditError(
    starved ? "out-of-memory" : "engine-crashed",
    `The engine's process ended (${how}) while it was working`,
    { hint: "Try again; if it happens again, use a smaller working size or picture." },
  );
}

/** How many processes the kernel has killed for memory since it started; 0 where it does not say (not Linux). */
export function memoryKillsSoFar(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** In the child: an allocation that failed without ending the process is `out-of-memory` too. */
export function failureRecord(error: unknown): ErrorRecord {
  const record = errorRecord(error);
  if (record.code !== "unexpected" || !/allocation failed|bad_alloc|failed to allocate/i.test(record.message)) {
    return record;
  }
  return errorRecord(
    new EditError("out-of-memory", `The engine ran out of memory: ${record.message}`, {
      hint: "Use a smaller working size or picture.",
    }),
  );
}

export function revive({ code, message, hint }: ErrorRecord): Error {
  if (!isErrorCode(code)) return new Error(message);
  return new EditError(code, message, hint === undefined ? {} : { hint });
}
