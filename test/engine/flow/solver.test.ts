import { describe, expect, test } from "vitest";
import { integrate, SOLVERS, type SolverName } from "../../../src/engine/flow/solver.ts";

/** dz/dt = t − 2z, z(0) = 1: solved by t/2 − 1/4 + 5/4·exp(−2t). */
const exact = (t: number) => t / 2 - 1 / 4 + (5 / 4) * Math.exp(-2 * t);

async function error(solver: SolverName, intervals: number): Promise<{ error: number; evaluations: number }> {
  const times = Array.from({ length: intervals + 1 }, (_, i) => i / intervals);
  let evaluations = 0;
  const velocity = async (z: Float32Array, t: number) => {
    evaluations++;
    return z.map((value) => t - 2 * value);
  };
  const path = await integrate(solver, Float32Array.of(1), times, velocity);
  return { error: Math.abs((path.at(-1)?.[0] ?? 0) - exact(1)), evaluations };
}

describe("solvers", () => {
  test.each<[SolverName, number, (n: number) => number]>([
    ["euler", 1, (n) => n],
    ["midpoint", 2, (n) => 2 * n],
    ["fireflow", 2, (n) => n + 1],
  ])("%s is of order %i", async (solver, order, count) => {
    const [coarse, fine] = [await error(solver, 10), await error(solver, 20)];
    expect(Math.log2(coarse.error / fine.error)).toBeCloseTo(order, 0);
    expect([coarse.evaluations, fine.evaluations]).toEqual([count(10), count(20)]);
  });

  test("there is a case for every one", () => expect(SOLVERS).toHaveLength(3));
});
