/** What the process that reads hostile inputs is told, and what it tells. */

export interface Job {
  readonly targets: readonly string[];
  readonly seed: number;
  /** Per target: whichever comes first; 0 executions replay the corpus alone. */
  readonly executions: number;
  readonly seconds: number;
  /** Whether inputs that reach new code are kept and changed further. */
  readonly coverage: boolean;
  /** Folder with a folder of inputs per target. */
  readonly corpus: string;
  /** Inputs that reached new code, per target, over restarts; "" keeps none. */
  readonly queue: string;
  /** File in which the process notes the input before it reads it. */
  readonly state: string;
}

export type Told =
  | { readonly type: "begun"; readonly target: string }
  | {
      readonly type: "finding";
      readonly target: string;
      readonly what: string;
      readonly detail: string;
      readonly input: string;
    }
  | ({ readonly type: "done" } & Figures);

export interface Figures {
  readonly target: string;
  readonly executions: number;
  readonly replayed: number;
  readonly valid: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Characters of code reached; 0 without coverage. */
  readonly reached: number;
  /** Inputs that reached new code. */
  readonly kept: number;
  readonly seconds: number;
  readonly peakMemory: number;
}
