/** A request that is sent twice is done once: its answer is kept under the caller's key. */
import { createHash } from "node:crypto";
import { EditError } from "../../errors.ts";

const DAY_MS = 86_400_000;
const MOST_KEYS = 200;
const MOST_BYTES = 1_000_000;

interface Kept {
  readonly fingerprint: string;
  readonly until: number;
  readonly answer: Promise<Answer | undefined>;
}

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export class Idempotency {
  readonly #kept = new Map<string, Kept>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Runs `work` for a key that is new; otherwise the first answer, once it is there. Only what was done is kept: after a
   * refusal the same key may be tried again. Throws `idempotency-mismatch` for another request under the same key.
   */
  async once(key: string, request: string, work: () => Promise<Response>): Promise<Response> {
    this.#forget();
    const fingerprint = createHash("sha256").update(request).digest("base64");
    for (let known = this.#kept.get(key); known !== undefined; known = this.#kept.get(key)) {
      if (known.fingerprint !== fingerprint) throw mismatch();
      const before = await known.answer;
      if (before !== undefined) return replayed(before);
      if (this.#kept.get(key) === known) this.#kept.delete(key);
    }
    // Nothing is awaited between the look above and the note below: of two at once the second finds the first.
    const response = work();
    const answer = response.then(recorded, () => undefined);
    const kept = { fingerprint, until: this.#now() + DAY_MS, answer };
    this.#kept.set(key, kept);
    if ((await answer) === undefined && this.#kept.get(key) === kept) this.#kept.delete(key);
    return response;
  }

  #forget(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#kept) {
      if (until <= now || this.#kept.size > MOST_KEYS) this.#kept.delete(key);
    }
  }
}

async function recorded(response: Response): Promise<Answer | undefined> {
  if (!response.ok) return undefined;
  const body = await response.clone().text();
  if (body.length > MOST_BYTES) return undefined;
  const headers = ["content-type", "location"].flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers, body };
}

function replayed({ status, headers, body }: Answer): Response {
  const again = new Headers(headers.map(([name, value]) => [name, value]));
  again.set("idempotency-replayed", "true");
  return new Response(body, { status, headers: again });
}

function mismatch(): EditError {
  return new EditError("idempotency-mismatch", "Expected the request that this Idempotency-Key was first sent with", {
    hint: "Send another key with another request",
  });
}
