/** Which addresses may be fetched from: public ones, judged after the name is resolved and used as they were judged. */
import { lookup as resolveName } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { EditError } from "../errors.ts";

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Resolves a host name; replaced in tests, which have no network. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

const systemResolve: Resolve = (host) => resolveName(host, { all: true, verbatim: true });

/** true for addresses of the public internet alone: not loopback, private, link-local, carrier-grade, documentation,
 * multicast, reserved, nor IPv6 forms that stand for an IPv4 address elsewhere (6to4, Teredo, NAT64). */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4-mapped IPv6 address is judged as the IPv4 address that it is.
  return ipaddr.process(address).range() === "unicast";
}

/**
 * The first address of the host. The connection must be made to it, not to the name again, which might resolve to
 * another by then. Throws `url-refused` when any of the host's addresses is not public, `fetch-failed` when it has none.
 */
export async function publicAddress(host: string, resolve: Resolve = systemResolve): Promise<Address> {
  const bare = host.replace(/^\[|\]$/g, "");
  const family = isIP(bare);
  const found = family === 0 ? await resolved(bare, resolve) : [{ address: bare, family }];
  const [first] = found;
  if (first === undefined) throw new EditError("fetch-failed", `Expected ${host} to have an address, found none`);
  // Which address it was stays unsaid: a caller could map a private network by asking.
  if (found.every(({ address }) => isPublic(address))) return first;
  throw new EditError("url-refused", `Expected a host on the public internet, got ${host}`, {
    hint: "Save the picture as a file inside the allowed folders and open its path",
  });
}

async function resolved(host: string, resolve: Resolve): Promise<readonly Address[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new EditError("fetch-failed", `Expected ${host} to have an address, found none`, { cause });
  }
}
