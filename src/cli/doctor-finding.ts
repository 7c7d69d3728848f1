/** One thing that dragflow doctor looked at. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
  /** Said where something can be done. */
  readonly advice?: string;
  /** Worth knowing, and no failure. */
  readonly isNote?: boolean;
}

/** A failure says what to do; so does a note. */
export function lineOf({ name, ok, text, advice, isNote }: Finding): string {
  const mark = ok ? (isNote ? "–" : "✓") : "✗";
  const shown = (!ok || isNote) && advice !== undefined ? `  → ${advice}\n` : "";
  return `${mark} ${name.padEnd(9)} ${text}\n${shown}`;
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
