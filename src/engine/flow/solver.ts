/** Integrators of dz/dt = v(z, t) over a list of times, in either direction (flux.md §4.2–4.4). */
export const SOLVERS = ["fireflow", "midpoint", "euler"] as const;
export type SolverName = (typeof SOLVERS)[number];

export type Velocity = (z: Float32Array, t: number) => Promise<Float32Array>;

/** One integrator run: keeps what it carries from interval to interval. */
export interface Stepper {
  /** z at time a → z at time b. */
  step(z: Float32Array, a: number, b: number, velocity: Velocity): Promise<Float32Array>;
}

export function createStepper(solver: SolverName): Stepper {
  switch (solver) {
    case "euler":
      return { step: async (z, a, b, velocity) => advance(z, b - a, await velocity(z, a)) };
    case "midpoint":
      return { step: (z, a, b, velocity) => midpoint(z, a, b, velocity, undefined).then(({ end }) => end) };
    case "fireflow":
      return fireflow();
  }
}

/** The midpoint rule whose first velocity is the previous interval's middle one: N + 1 evaluations for N intervals. */
function fireflow(): Stepper {
  let carried: Float32Array | undefined;
  return {
    async step(z, a, b, velocity) {
      const { end, middle } = await midpoint(z, a, b, velocity, carried);
      carried = middle;
      return end;
    },
  };
}

async function midpoint(z: Float32Array, a: number, b: number, velocity: Velocity, start: Float32Array | undefined) {
  const half = (b - a) / 2;
  const middle = await velocity(advance(z, half, start ?? (await velocity(z, a))), a + half);
  return { end: advance(z, b - a, middle), middle };
}

/** z + dt·v */
export function advance(z: Float32Array, dt: number, v: Float32Array): Float32Array {
  return z.map((value, i) => value + dt * (v[i] ?? 0));
}

/** Latents at every time, first = start. `onStep` runs after each interval and may replace its result. */
export async function integrate(
  solver: SolverName,
  start: Float32Array,
  times: readonly number[],
  velocity: Velocity,
  onStep?: (index: number, z: Float32Array) => Float32Array | Promise<Float32Array>,
): Promise<Float32Array[]> {
  const stepper = createStepper(solver);
  const path = [start];
  let z = start;
  for (let i = 0; i + 1 < times.length; i++) {
    // Both indices are inside the list.
    z = await stepper.step(z, times[i] as number, times[i + 1] as number, velocity);
    if (onStep !== undefined) z = await onStep(i, z);
    path.push(z);
  }
  return path;
}
