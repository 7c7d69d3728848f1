/** The one error vocabulary: what went wrong for the user, mapped at each edge to an exit code, an HTTP status or text. */

/** code → process exit code and HTTP status (see docs of the command line for what each exit code means). */
export const ERROR_CODES = {
  usage: { exit: 2, http: 400 },
  "arguments-invalid": { exit: 2, http: 400 },
  "out-exists": { exit: 2, http: 409 },
  "out-unwritable": { exit: 2, http: 422 },
  "image-unreadable": { exit: 3, http: 422 },
  "image-unsupported": { exit: 3, http: 415 },
  "image-too-large": { exit: 3, http: 413 },
  "mask-size-mismatch": { exit: 3, http: 422 },
  "mask-unreadable": { exit: 3, http: 422 },
  "region-empty": { exit: 3, http: 422 },
  "region-outside": { exit: 3, http: 422 },
  "region-too-large": { exit: 3, http: 422 },
  "target-outside": { exit: 3, http: 422 },
  "rotation-without-about": { exit: 3, http: 422 },
  "motion-unknown": { exit: 3, http: 422 },
  "recipe-invalid": { exit: 3, http: 422 },
  "checkpoint-invalid": { exit: 3, http: 422 },
  "pickle-refused": { exit: 3, http: 422 },
  "suite-invalid": { exit: 3, http: 422 },
  "dataset-invalid": { exit: 3, http: 422 },
  "session-invalid": { exit: 3, http: 422 },
  "session-damaged": { exit: 3, http: 500 },
  "session-in-use": { exit: 3, http: 409 },
  "history-end": { exit: 3, http: 409 },
  "path-outside-roots": { exit: 3, http: 403 },
  "url-refused": { exit: 3, http: 403 },
  "fetch-failed": { exit: 5, http: 502 },
  "download-damaged": { exit: 5, http: 502 },
  "access-refused": { exit: 3, http: 403 },
  "licence-needed": { exit: 3, http: 403 },
  "not-available": { exit: 5, http: 501 },
  "not-found": { exit: 3, http: 404 },
  "session-needed": { exit: 3, http: 401 },
  "idempotency-mismatch": { exit: 2, http: 422 },
  "method-refused": { exit: 2, http: 405 },
  "token-needed": { exit: 2, http: 401 },
  "host-refused": { exit: 2, http: 403 },
  "body-too-large": { exit: 3, http: 413 },
  "too-many": { exit: 5, http: 429 },
  "address-unavailable": { exit: 2, http: 500 },
  "not-understood": { exit: 4, http: 422 },
  "selection-needed": { exit: 4, http: 422 },
  "model-endpoint": { exit: 5, http: 502 },
  "engine-crashed": { exit: 5, http: 500 },
  "engine-failed": { exit: 5, http: 500 },
  "result-rejected": { exit: 5, http: 422 },
  "out-of-memory": { exit: 5, http: 503 },
  "device-missing": { exit: 5, http: 422 },
  "queue-unavailable": { exit: 5, http: 503 },
  "store-unavailable": { exit: 5, http: 503 },
  "disk-full": { exit: 5, http: 507 },
  "disk-read-only": { exit: 5, http: 507 },
  "timed-out": { exit: 5, http: 504 },
  interrupted: { exit: 5, http: 503 },
  cancelled: { exit: 130, http: 499 },
} as const;

/** Stable: scripts, clients and tests rely on them. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** An error the user can act on. `message` says what was expected and what arrived, `hint` what to change. */
export class EditError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EditError";
    this.code = code;
    this.hint = options.hint;
  }
}

/** What crosses a process or network border in place of an EditError. */
export interface ErrorRecord {
  code: ErrorCode | "unexpected";
  message: string;
  hint?: string;
}

/** Whether text from another process is one of our codes. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/** The user's error behind any thrown value: an EditError, or what the system says of a disk that takes no more. Whatever
 * else was made of the latter on the way (a picture that cannot be copied is no unreadable one), the disk is to blame. */
export function knownError(error: unknown): EditError | undefined {
  if (error instanceof EditError && error.code === "out-unwritable") return error; // it names the file and the reason
  return diskFault(error) ?? (error instanceof EditError ? error : undefined);
}

function diskFault(error: unknown): EditError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof EditError) continue; // its own words may quote anything
    const text = `${"code" in at ? at.code : ""} ${at.message}`;
    if (/\b(ENOSPC|EDQUOT)\b|no space left on device/i.test(text)) {
      const hint = "Free some space there, or prune the history; what was finished is kept";
      return new EditError("disk-full", "Expected room on the disk to write to, it is full", { hint, cause: error });
    }
    if (/\bEROFS\b|read-only file system/i.test(text)) {
      const hint = "Mount it for writing, or name another data folder (--home, DRAGFLOW_HOME)";
      return new EditError("disk-read-only", "Expected a disk that can be written, it is read-only", {
        hint,
        cause: error,
      });
    }
  }
  return undefined;
}

/** Any thrown value as plain data; what is nothing known becomes `unexpected`. `cause` and stack stay behind. */
export function errorRecord(error: unknown): ErrorRecord {
  const known = knownError(error);
  if (known !== undefined) {
    return { code: known.code, message: known.message, ...(known.hint === undefined ? {} : { hint: known.hint }) };
  }
  return { code: "unexpected", message: error instanceof Error ? error.message : String(error) };
}

/** 1 for what is nothing known. */
export function exitCodeOf(error: unknown): number {
  const known = knownError(error);
  return known === undefined ? 1 : ERROR_CODES[known.code].exit;
}

/** 500 for what is nothing known. */
export function httpStatusOf(error: unknown): number {
  const known = knownError(error);
  return known === undefined ? 500 : ERROR_CODES[known.code].http;
}
