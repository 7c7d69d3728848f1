/** One history owner per session, over all machines: a lease in Redis, with the session's lock file as its fence. */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { basename } from "node:path";
import type { Redis } from "ioredis";
import { z } from "zod";
import { EditError } from "../errors.ts";
import { type Lock, lockSession, type SessionLocks } from "../session/lock.ts";
import { PREFIX } from "./protocol.ts";
import { unavailable, within } from "./redis.ts";

export interface LeaseOptions {
  readonly redis: Redis;
  /** For people: where Redis is. */
  readonly place: string;
  /** How long an owner that says nothing is believed to live. Default 15 000. */
  readonly leaseMs?: number;
  /** How long Redis may be silent. Default 5000. */
  readonly askMs?: number;
}

const ownerSchema = z.object({ token: z.string(), host: z.string(), pid: z.number() });

/** Prolongs or ends the lease only while it is ours (Redis documentation, "Distributed locks"). */
const RENEW = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) else return 0 end`;
const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`;

/**
 * Locks whose owner is known to every server of this Redis: one that dies frees its sessions after `leaseMs`, on whichever
 * machine it was. One that was only silent finds the lock file of its successor before it writes, and stops.
 * Throws `session-in-use` and `queue-unavailable`.
 */
export function sessionLeases({ redis, place, leaseMs = 15_000, askMs = 5000 }: LeaseOptions): SessionLocks {
  const asked = <Result>(command: Promise<Result>) =>
    within(askMs, command).catch((cause: unknown) => {
      throw unavailable(place, cause);
    });
  return async (dir) => {
    const key = `${PREFIX}:owner:${basename(dir)}`;
    const own = JSON.stringify({ token: randomBytes(12).toString("hex"), host: hostname(), pid: process.pid });
    const take = async () => (await asked(redis.set(key, own, "PX", leaseMs, "NX"))) === "OK";
    if (!(await take())) throw inUse(await asked(redis.get(key)));
    const release = () => within(askMs, redis.eval(RELEASE, 1, key, own)).catch(() => {});
    const fence = await asked(redis.incr(`${PREFIX}:fence`));
    const file = await lockSession(dir, { fence }).catch(async (error: unknown) => {
      await release();
      throw error;
    });
    const beat = setInterval(() => void redis.eval(RENEW, 1, key, own, leaseMs).catch(() => {}), leaseMs / 3).unref();
    return leased({ file, take, release, isOurs: async () => (await asked(redis.get(key))) === own, beat, key, redis });
  };
}

interface Parts {
  readonly file: Lock;
  readonly take: () => Promise<boolean>;
  readonly release: () => Promise<unknown>;
  readonly isOurs: () => Promise<boolean>;
  readonly beat: NodeJS.Timeout;
  readonly key: string;
  readonly redis: Redis;
}

function leased({ file, take, release, isOurs, beat, key, redis }: Parts): Lock {
  return {
    async check() {
      // Whoever took over has left a file of its own; where nobody did, a lease that ran out may be taken again.
      await file.check();
      if ((await isOurs()) || (await take())) return;
      throw inUse(await redis.get(key));
    },
    async release() {
      clearInterval(beat);
      await file.release();
      await release();
    },
  };
}

function inUse(text: string | null): EditError {
  const owner = ownerSchema.safeParse(jsonOf(text));
  const who = owner.success ? `process ${owner.data.pid} on ${owner.data.host}` : "another server";
  return new EditError("session-in-use", `Expected a session that no other server has open, ${who} has`, {
    hint: "Send its requests to that server (proxies: by the dragflow-session header), close it there, or start a new session; a server that died is forgotten after 15 s",
  });
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
