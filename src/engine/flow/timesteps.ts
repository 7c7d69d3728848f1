/** Sampling times of rectified flow (flux.md §4.1): t = 1 is noise, t = 0 the picture. */

export interface TimeShift {
  /** By the picture's size; false leaves the times uniform (schnell) or shifted by `factor`. */
  readonly shift: boolean;
  /** exp(mu) for every size, where `shift` is false. Default 1: uniform. */
  readonly factor?: number;
  /** mu at `baseTokens` and at `maxTokens` image tokens; linear between and beyond. */
  readonly baseShift?: number;
  readonly maxShift?: number;
  readonly baseTokens?: number;
  readonly maxTokens?: number;
}

/**
 * `numSteps` + 1 times from 1 to 0 for a picture of `tokens` packed tokens, each a float32 value.
 * More tokens mean more time spent near the noise. Throws `TypeError` for a step count that is not a positive integer.
 */
export function timeGrid(numSteps: number, tokens: number, options: TimeShift): number[] {
  if (!Number.isInteger(numSteps) || numSteps < 1) throw new TypeError(`Expected at least 1 step, got ${numSteps}`);
  const stretch = options.shift ? Math.exp(shiftOf(tokens, options)) : (options.factor ?? 1);
  return Array.from({ length: numSteps + 1 }, (_, i) => Math.fround(shifted(1 - i / numSteps, stretch)));
}

/** The exponent mu. */
function shiftOf(tokens: number, options: TimeShift): number {
  const { baseShift = 0.5, maxShift = 1.15, baseTokens = 256, maxTokens = 4096 } = options;
  return baseShift + ((maxShift - baseShift) * (tokens - baseTokens)) / (maxTokens - baseTokens);
}

function shifted(s: number, stretch: number): number {
  return s === 0 ? 0 : stretch / (stretch + (1 / s - 1));
}
