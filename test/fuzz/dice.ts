/** Choices that follow from one seed. */
import { mulberry } from "../helpers/mulberry.ts";

export interface Dice {
  /** Whole, from 0 to `below` - 1. */
  whole(below: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  of<T>(list: readonly T[]): T;
}

export function diceOf(seed: number): Dice {
  const next = mulberry(seed);
  const whole = (below: number) => Math.floor(next() * below);
  return {
    whole,
    once: (times) => whole(times) === 0,
    of<T>(list: readonly T[]): T {
      if (list.length === 0) throw new TypeError("Expected something to choose from");
      return list[whole(list.length)] as T; // the index is below the length
    },
  };
}
