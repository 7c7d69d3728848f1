/** One edit that somebody here waits for while others make it. */
import { z } from "zod";
import { type EditOptions, type Progress, STAGES } from "../engine/api.ts";
import type { BlobRef } from "../session/hash-file.ts";

export const progressSchema: z.ZodType<Progress> = z.object({
  stage: z.enum(STAGES),
  done: z.number(),
  total: z.number(),
  loss: z.number().exactOptional(),
});

export class Waiting {
  /** The blob of what was made. */
  readonly made: Promise<BlobRef>;
  readonly #tell: Pick<EditOptions, "onProgress" | "onWait">;
  #settle = { resolve: (_: BlobRef) => {}, reject: (_: unknown) => {} };
  /** "begun", or how many are ahead. */
  #place: number | "begun" | undefined;
  #furthest = -1;
  #over = false;
  #cancelled = false;

  constructor(tell: Pick<EditOptions, "onProgress" | "onWait">) {
    this.#tell = tell;
    this.made = new Promise<BlobRef>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.made.catch(() => {}); // it may fail before anybody has asked
  }

  get isOver(): boolean {
    return this.#over;
  }

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  /** Waits again, too, when its worker was lost. */
  wait(ahead: number): void {
    if (this.#over || this.#place === ahead) return;
    this.#place = ahead;
    this.#tell.onWait?.(ahead);
  }

  turn(): void {
    if (this.#over || this.#place === "begun") return;
    this.#place = "begun";
    this.#tell.onWait?.(undefined);
  }

  /** Told only where it goes on: a second worker begins from the start. */
  progress(data: unknown): void {
    const parsed = progressSchema.safeParse(data);
    if (this.#over || !parsed.success || parsed.data.done <= this.#furthest) return;
    this.turn();
    this.#furthest = parsed.data.done;
    this.#tell.onProgress?.(parsed.data);
  }

  cancel(): void {
    this.#cancelled = true;
  }

  done(made: BlobRef): void {
    this.#over = true;
    this.#settle.resolve(made);
  }

  failed(error: unknown): void {
    this.#over = true;
    this.#settle.reject(error);
  }
}
