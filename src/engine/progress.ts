/** How long work says where it is and learns that it should stop. */
import { setImmediate } from "node:timers/promises";
import { EditError } from "../errors.ts";
import type { Progress, Stage } from "./api.ts";

/** Of one step. */
export interface StepDetails {
  /** Before the update that the step made. */
  readonly loss?: number;
  /** Steps that were expected after this one and will not be taken. */
  readonly skipped?: number;
}

/** Counts steps over all stages of one job; `done` never falls. */
export class Tracker {
  readonly #signal: AbortSignal | undefined;
  readonly #report: ((progress: Progress) => void) | undefined;
  #total: number;
  #done = 0;

  constructor(total: number, signal?: AbortSignal, report?: (progress: Progress) => void) {
    this.#total = total;
    this.#signal = signal;
    this.#report = report;
  }

  get total(): number {
    return this.#total;
  }

  /** More is to be done than was known. */
  expect(steps: number): void {
    this.#total += steps;
  }

  /** One step is done. Lets the event loop breathe, then throws `cancelled` if that was asked for. */
  async step(stage: Stage, { skipped = 0, ...details }: StepDetails = {}): Promise<void> {
    this.#done = Math.min(this.#done + 1 + skipped, this.#total);
    this.#report?.({ stage, done: this.#done, total: this.#total, ...details });
    await setImmediate(); // onnxruntime blocks the loop; messages arrive here
    this.check();
  }

  /** As `step`, where nothing is to be reported. */
  async breathe(): Promise<void> {
    await setImmediate();
    this.check();
  }

  check(): void {
    if (this.#signal?.aborted) throw new EditError("cancelled", "The edit was cancelled");
  }
}
