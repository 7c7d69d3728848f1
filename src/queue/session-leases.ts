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
    let validUntil = 0;
    /** Counted from before the question: Redis cannot have begun earlier. */
    const held = async (command: () => Promise<unknown>, yes: unknown) => {
      const asking = performance.now();
      validUntil = (await command()) === yes ? asking + leaseMs : 0;
      return validUntil > 0;
    };
    const take = () => held(() => asked(redis.set(key, own, "PX", leaseMs, "NX")), "OK");
    const renew = () => held(() => asked(redis.eval(RENEW, 1, key, own, leaseMs)), 1);
    const release = () => within(askMs, redis.eval(RELEASE, 1, key, own)).catch(() => {});
    if (!(await take())) throw inUse(await asked(redis.get(key)));
    const file = await fenced(dir).catch(async (error: unknown) => {
      await release();
      throw error;
    });
    const beat = setInterval(() => void renew().catch(() => {}), leaseMs / 3).unref();
    return {
      async check() {
        // Whoever took over has left a file of its own.
        await file.check();
        // Nobody can take over before the lease has run out; where nobody did afterwards, it may be taken again.
        if (performance.now() < validUntil || (await renew()) || (await take())) return;
        throw inUse(await asked(redis.get(key)));
      },
      async release() {
        clearInterval(beat);
        await file.release();
        await release();
      },
    };
  };

  /** Redis's clock: later leases have higher numbers, also when Redis has lost its data. */
  async function fenced(dir: string): Promise<Lock> {
    const [seconds = 0, micros = 0] = (await asked(redis.time())).map(Number);
    return lockSession(dir, { fence: seconds * 1e6 + micros });
  }
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
