/** Targets that are wrong on purpose: what the fuzzer must see. */
import type { Attempt, Target } from "../target.ts";

function faulty(name: string, attempt: Attempt): Target {
  const seeds = () => [Buffer.from("seed")];
  return { name: `faulty-${name}`, codes: [], seeds, mutate: (input) => input, open: () => attempt };
}

/** Kept alive, so that memory grows for good. */
const HELD: Buffer[] = [];

export const FAULTY: readonly Target[] = [
  faulty("crash", () => process.abort()),
  faulty("hang", () => {
    for (;;);
  }),
  faulty("memory", () => {
    HELD.push(Buffer.alloc(1_200_000_000, 1));
  }),
  faulty("error", () => {
    throw new TypeError("an error without a code");
  }),
];
