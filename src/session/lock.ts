/** One writer per session: a file that names the process, believed only while that very process lives. */
import { randomBytes } from "node:crypto";
import { link, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { EditError } from "../errors.ts";

const holderSchema = z.object({
  pid: z.number().int().min(1),
  host: z.string(),
  /** When the process began, in the system's own words; process ids are used again. */
  start: z.string(),
  /** Where a lease elsewhere says who may hold the lock: a number that grows from lease to lease. */
  fence: z.number().int().optional(),
});
type Holder = z.infer<typeof holderSchema>;

/** Breaking a stale lock takes milliseconds; who needs longer has died over it. */
const BREAKING_MS = 10_000;

/** How often a lock says that its holder lives, and how long silence from another machine is believed. Containers have a
 * host name each: one that was killed would otherwise hold its sessions for ever. */
const BEAT_MS = 30_000;
const SILENCE_MS = 10 * 60_000;

/** Makes this process the one that may write a session; `lockSession` is one. */
export type SessionLocks = (dir: string) => Promise<Lock>;

/** What the taker of a lock knows from elsewhere. */
export interface Lease {
  /** Higher than that of every earlier lease: their holders are through, whatever their files say. */
  readonly fence: number;
}

export interface Lock {
  /** Throws `session-in-use` where another process has taken the lock meanwhile, e.g. while this machine slept. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Resolves when this process holds the session. Throws `session-in-use` while another workspace holds the session, `not-found`
 * where its folder is gone. With a lease, what earlier leases left behind is taken away. */
export async function lockSession(dir: string, lease?: Lease): Promise<Lock> {
  const path = join(dir, "lock");
  const own = join(dir, `lock.${randomBytes(6).toString("hex")}`);
  const text = JSON.stringify({ ...(await thisProcess()), ...lease });
  await writeFile(own, text, { flag: "wx", mode: 0o600 }).catch((cause: unknown) => {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) throw cause;
    throw new EditError("not-found", "Expected a session, it was removed just now", { cause });
  });
  try {
    if (!(await placed(own, path))) {
      await breakStale(dir, path, lease);
      if (!(await placed(own, path))) throw inUse(path, await holderOf(path));
    }
  } finally {
    await rm(own, { force: true });
  }
  return held(path, text);
}

function held(path: string, text: string): Lock {
  const isOurs = async () => ((await textOf(path)) ?? text) === text;
  const beat = setInterval(async () => {
    if (await isOurs()) await utimes(path, new Date(), new Date()).catch(() => {});
  }, BEAT_MS).unref();
  return {
    async check() {
      if (!(await isOurs())) throw inUse(path, await holderOf(path));
    },
    async release() {
      clearInterval(beat);
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Whether a living process holds the session. */
export async function isHeld(dir: string): Promise<boolean> {
  const path = join(dir, "lock");
  const holder = await holderOf(path);
  if (holder === undefined) return exists(path);
  return holder.host === hostname() ? alive(holder) : !(await isSilent(path));
}

/** A link appears whole or not at all, and never over another. */
async function placed(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return false;
    // No hard links here: creating the file exclusively serves as well.
    return writeFile(path, await readFile(own), { flag: "wx", mode: 0o600 }).then(
      () => true,
      () => false,
    );
  }
}

/** Only one process may take a stale lock away: otherwise a second would take the first one's fresh lock. */
async function breakStale(dir: string, path: string, lease?: Lease): Promise<void> {
  const taken = async () => !(await isOutlived(path, lease)) && isHeld(dir);
  if (await taken()) throw inUse(path, await holderOf(path));
  const breaking = `${path}.breaking`;
  const since = await stat(breaking).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => undefined,
  );
  if (since !== undefined && since > BREAKING_MS) await rm(breaking, { force: true });
  await writeFile(breaking, "", { flag: "wx", mode: 0o600 }).catch(async () => {
    throw inUse(path, await holderOf(path));
  });
  try {
    if (await taken()) throw inUse(path, await holderOf(path));
    await rm(path, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}

/** A holder of an earlier lease has lost it, also where its process still lives. */
async function isOutlived(path: string, lease: Lease | undefined): Promise<boolean> {
  const { fence } = (await holderOf(path)) ?? {};
  return lease !== undefined && fence !== undefined && fence < lease.fence;
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** A process of another machine cannot be asked: it lives as long as it says so. */
async function isSilent(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > SILENCE_MS,
    () => false,
  );
}

async function alive({ pid, start }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const now = await startOf(pid);
  return start === "" || now === "" || now === start;
}

async function thisProcess(): Promise<Holder> {
  return { pid: process.pid, host: hostname(), start: await startOf(process.pid) };
}

/** Boot and clock ticks since then on Linux (proc(5), field 22 of stat); "" where the system does not say. */
async function startOf(pid: number): Promise<string> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const line = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command's name stands in brackets and may hold anything: fields are counted behind it.
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    // A process that has ended, but whose parent has not asked, still has its number.
    return fields[0] === "Z" ? "ended" : `${boot.trim()} ${fields[19]}`;
  } catch {
    return "";
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function inUse(path: string, holder: Holder | undefined): EditError {
  const who = holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return new EditError("session-in-use", `Expected a session that nobody else has open, ${who} has`, {
    hint: `Close it there, or start a new session; where no such process runs, remove ${path} (a lock of another machine that is silent for ten minutes is taken over)`,
  });
}
