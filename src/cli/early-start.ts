/** Which of the engine's processes a command line will need, before it is parsed: they start while it is. A wrong guess costs
 * a process that nobody uses, never a wrong answer. */
import type { Kind } from "../engine/process/child.ts";

const EDITS: ReadonlySet<string> = new Set(["edit", "replay", "demo"]);
/** Those that end without an engine. */
const ANSWERS: readonly string[] = ["--help", "-h", "--version", "-V"];

/** `argv` without node and script. */
export function processesFor(argv: readonly string[]): Kind[] {
  const command = argv.find((word) => !word.startsWith("-"));
  if (command === undefined || !EDITS.has(command) || argv.some((word) => ANSWERS.includes(word))) return [];
  return argv.includes("--dry-run") || qualityIn(argv) === "preview" ? ["retouch"] : ["retouch", "model"];
}

function qualityIn(argv: readonly string[]): string | undefined {
  const at = argv.findLastIndex((word) => word === "--quality" || word.startsWith("--quality="));
  return at < 0 ? undefined : (argv[at]?.split("=")[1] ?? argv[at + 1]);
}
