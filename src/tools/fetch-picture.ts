/** A picture from a public web address, with every limit that a stranger's server calls for. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { EditError } from "../errors.ts";
import { clean } from "./clean.ts";
import { type Address, publicAddress, type Resolve } from "./public-address.ts";

export interface FetchPolicy {
  /** Most bytes of the body; default 50 MB. */
  readonly maxBytes?: number;
  /** For everything, redirects included; default 20 s. */
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
  /** Opens the connection; replaced in tests, whose servers are not on the public internet. */
  readonly connect?: (url: URL, address: Address, signal: AbortSignal) => Promise<IncomingMessage>;
}

const MAX_BYTES = 50_000_000;
const TIMEOUT_MS = 20_000;
const MAX_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Each hop is judged anew: http(s), the scheme's own port, no credentials, public addresses only.
 * @throws EditError `url-refused`, `fetch-failed` (no answer, no 200, too slow), `image-too-large`, `cancelled`.
 */
export async function fetchPicture(url: string, signal: AbortSignal, policy: FetchPolicy = {}): Promise<Uint8Array> {
  const { timeoutMs = TIMEOUT_MS, connect = connectTo } = policy;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    let target = allowedUrl(url);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const answer = await connect(target, await publicAddress(target.hostname, policy.resolve), limit);
      const next = redirectOf(answer, target);
      if (next === undefined) return await bodyOf(answer, target, policy.maxBytes ?? MAX_BYTES);
      target = next;
    }
    throw new EditError("fetch-failed", `Expected at most ${MAX_REDIRECTS} redirects, got more`);
  } catch (error) {
    throw failure(error, signal, limit, timeoutMs);
  }
}

function allowedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fine = url && /^https?:$/.test(url.protocol) && url.port === "" && url.username === "" && url.password === "";
  if (fine) return url;
  throw new EditError(
    "url-refused",
    `Expected an http or https address without port and password, got ${JSON.stringify(clean(text, 200))}`,
    { hint: "Save the picture as a file inside the allowed folders and open its path" },
  );
}

/** To the address that was judged, whatever the name resolves to meanwhile. */
export function connectTo(url: URL, { address, family }: Address, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      signal,
      agent: false,
      headers: { accept: "image/*", "accept-encoding": "identity", "user-agent": "dragflow" },
      lookup: (_host, options, found) => {
        if (typeof options === "object" && options.all) found(null, [{ address, family }]);
        else found(null, address, family);
      },
    });
    sent.once("response", resolve).once("error", reject).end();
  });
}

function redirectOf(answer: IncomingMessage, from: URL): URL | undefined {
  const { statusCode = 0, headers } = answer;
  if (!REDIRECTS.includes(statusCode)) return undefined;
  answer.destroy();
  const to = headers.location ?? "";
  return allowedUrl(URL.canParse(to, from.href) ? new URL(to, from.href).href : to);
}

async function bodyOf(answer: IncomingMessage, url: URL, maxBytes: number): Promise<Uint8Array> {
  const { statusCode, headers } = answer;
  const encoding = headers["content-encoding"] ?? "identity";
  if (statusCode !== 200 || encoding !== "identity") {
    answer.destroy();
    const got = statusCode === 200 ? `one packed as ${clean(encoding, 20)}` : `status ${statusCode}`;
    throw new EditError("fetch-failed", `Expected a picture from ${url.host}, got ${got}`);
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes || Number(headers["content-length"] ?? 0) > maxBytes) {
      answer.destroy();
      throw new EditError("image-too-large", `Expected at most ${maxBytes} bytes from ${url.host}, got more`, {
        hint: "Save the picture as a file inside the allowed folders and open its path",
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

function failure(error: unknown, signal: AbortSignal, limit: AbortSignal, timeoutMs: number): EditError {
  if (signal.aborted) return new EditError("cancelled", "The call was cancelled", { cause: error });
  if (error instanceof EditError) return error;
  const got = limit.aborted ? `none within ${timeoutMs / 1000} s` : "a broken connection";
  return new EditError("fetch-failed", `Expected an answer from that address, got ${got}`, { cause: error });
}
