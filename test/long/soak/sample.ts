/** What a running server holds at one moment: memory, handles, files. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { descendants, type Serving } from "../program.ts";

export interface Sample {
  /** Seconds since the soak began. */
  readonly at: number;
  /** Resident bytes. */
  readonly server: number;
  /** Of the largest child: how many there are changes, since one that idles ends. */
  readonly child: number;
  /** Used bytes of the server's heap, garbage not counted. */
  readonly heap: number;
  /** Open files and sockets of the server and its children. */
  readonly handles: number;
  /** Files of the data folder beside blobs and sessions, and those below the server's temporary folder. */
  readonly files: number;
  /** Folders of sessions but those that agents have let go of, which stay by design. */
  readonly sessions: number;
}

export type Measure = Exclude<keyof Sample, "at">;

/** undefined where a process ended while it was looked at. */
export async function sampled(
  server: Serving,
  { home, temporary, heapFile, kept }: { home: string; temporary: string; heapFile: string; kept: number },
  at: number,
): Promise<Sample | undefined> {
  try {
    const children = await descendants(server.pid);
    const sizes = await Promise.all(children.map(residentBytes));
    const handles = await Promise.all([server.pid, ...children].map(handleCount));
    return {
      at,
      server: await residentBytes(server.pid),
      child: Math.max(0, ...sizes),
      heap: Number(await readFile(heapFile, "utf8")),
      handles: sum(handles),
      files: (await fileCount(home, ["blobs", "sessions"])) + (await fileCount(temporary)),
      sessions: (await readdir(join(home, "sessions"))).length - kept,
    };
  } catch {
    return undefined;
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
}

async function handleCount(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

async function fileCount(dir: string, without: readonly string[] = []): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const counts = await Promise.all(
    entries.map(async (entry) => {
      if (without.includes(entry.name)) return 0;
      return entry.isDirectory() ? fileCount(join(dir, entry.name)) : 1;
    }),
  );
  return sum(counts);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
