/** "12 of 40" on a terminal's last line, or every tenth on plain output. */
import type { CliRun } from "./deps.ts";

export function stepsOnStderr({ stderr }: CliRun, quiet = false) {
  const isBar = stderr.isTTY === true;
  return {
    tell(done: number, total: number): void {
      if (quiet) return;
      if (isBar) stderr.write(`\r${done} of ${total}`);
      else if (done % 10 === 0 || done === total) stderr.write(`${done} of ${total}\n`);
    },
    end(): void {
      if (isBar && !quiet) stderr.write("\r\x1b[K");
    },
  };
}
