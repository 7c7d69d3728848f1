/** JSON lines on stderr, one per request: method, pattern of the route, status, time, id. No bodies, no tokens, no names of
 * pictures: they never come here. */
import { pino } from "pino";
import type { RequestRecord } from "./options.ts";

export interface LogTarget {
  write(line: string): unknown;
}

/** Requests that failed on our side are errors; the others are told at "info". */
export function requestLog(target: LogTarget, level: "info" | "error"): (record: RequestRecord) => void {
  const logger = pino({ level, base: { name: "dragflow" } }, { write: (line) => void target.write(line) });
  return (record) => {
    if (record.status >= 500) logger.error(record, "request failed");
    else logger.info(record, "request");
  };
}
