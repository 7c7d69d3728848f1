/** Which names this server answers to. A page elsewhere can let its own name point at this machine (DNS rebinding); the
 * browser then sends that name, and it is none of these. */
import ipaddr from "ipaddr.js";

export interface HostRule {
  /** Address the server is bound to, e.g. 127.0.0.1 or 0.0.0.0. */
  readonly bound: string;
  /** Further names, lower case, without port. */
  readonly names: readonly string[];
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** Whether a socket bound to this address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  const bare = host.replace(/^\[|\]$/g, "");
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === "loopback";
}

/** `authority` is the Host header's value, or an origin's part after `//`. */
export function answersTo({ bound, names }: HostRule, authority: string): boolean {
  const name = hostName(authority);
  if (name === undefined) return false;
  if (LOOPBACK_NAMES.includes(name) || name === bound || names.includes(name)) return true;
  // Rebinding needs a name: whoever writes a bare address means it. Beyond loopback a token is asked for besides.
  return !isLoopback(bound) && ipaddr.isValid(name.replace(/^\[|\]$/g, ""));
}

/** Lower case, without port; undefined where this is no authority. */
function hostName(authority: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(authority.toLowerCase())?.[1];
}
