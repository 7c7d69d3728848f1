/** A Python with PyTorch that answers one request at a time (`bench/torch/main.py`). */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("torch/main.py", import.meta.url));

export const LOOPS = ["straightforward", "trimmed", "cropped"] as const;
export type Loop = (typeof LOOPS)[number];

export class Torch {
  readonly version: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, version: string) {
    this.#child = child;
    this.#lines = lines;
    this.version = version;
  }

  /** A reason, in words, where there is no Python with torch. */
  static async start(threads: number, python = process.env.PYTHON ?? "python3"): Promise<Torch | string> {
    const child = spawn(python, [SCRIPT, String(threads)], { stdio: ["pipe", "pipe", "pipe"] });
    const failed = once(child, "error").then(([error]: unknown[]) => `${python}: ${messageOf(error)}`);
    // `once` rejects on an error, which `failed` tells.
    const closed = once(child, "close").catch(() => undefined);
    const errors: string[] = [];
    child.stderr?.on("data", (data: Buffer) => errors.push(data.toString()));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await Promise.race([lines.next(), failed]);
    if (typeof first === "string") return first;
    if (first.done) {
      await closed;
      return `${python}: ${errors.join("").trim().split("\n").at(-1) || "ended at once"}`;
    }
    const { torch } = JSON.parse(first.value) as { torch: string }; // as main.py says
    return new Torch(child, lines, torch);
  }

  open(folder: string): Promise<unknown> {
    return this.#ask({ do: "open", folder });
  }

  /** Loss at the start; the gradient lies in the folder's `grad.raw`. */
  async gradient(loop: Loop): Promise<number> {
    return ((await this.#ask({ do: "gradient", loop })) as { loss: number }).loss;
  }

  async drag(loop: Loop, iterations: number): Promise<{ seconds: number; losses: number[] }> {
    return (await this.#ask({ do: "drag", loop, iterations })) as { seconds: number; losses: number[] };
  }

  /** GFLOP/s of its own square matrix product. */
  async gemm(size: number, runs: number): Promise<number> {
    const { seconds } = (await this.#ask({ do: "product", size, runs })) as { seconds: number };
    return (2 * size ** 3) / seconds / 1e9;
  }

  async close(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.stdin?.end();
    await gone;
  }

  async #ask(request: object): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`The Python of the bench ended; start it by hand to see why: python3 ${SCRIPT} 1`);
    return JSON.parse(value);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
