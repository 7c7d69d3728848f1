/** The most memory that this process has held. */
import { readFileSync } from "node:fs";

/** Resident bytes at their highest. Linux counts what getrusage tells from the process that started this one, so its own mark
 * is read there. */
export function peakMemoryBytes(): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kibibytes !== undefined) return 1024 * Number(kibibytes);
  } catch {
    // Not Linux.
  }
  return 1024 * process.resourceUsage().maxRSS;
}
