/** What a long run consists of: parts that can be run alone, repeated by their seed, and told as figures. */

export interface PartOptions {
  /** All that is random in a part follows from it. */
  readonly seed: number;
  /** How often the part does what it does: kills, histories, damaged files. Parts that last a time go by `minutes`. */
  readonly runs: number;
  readonly minutes: number;
  /** What is started as the program, behind `node`: the built one, or the source through a loader. */
  readonly program: readonly string[];
  log(line: string): void;
}

export interface PartResult {
  readonly runs: number;
  /** What should not have been, each with the run that showed it; a part without any has passed. */
  readonly faults: readonly string[];
  readonly figures: Readonly<Record<string, number | string>>;
}

/** Collects what goes wrong, so that one bad run does not hide the others. */
export class Faults {
  readonly list: string[] = [];

  /** Runs the work; what it throws becomes a fault of that name. */
  async during(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.list.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Throws with that text unless it holds. */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** One of several, by a random number in [0, 1). */
export function oneOf<T>(values: readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new TypeError("Expected something to choose from");
  return value;
}
