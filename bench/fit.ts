/** y = a·x^k through measured points: the straight line of least squares between their logarithms. */

export interface PowerLaw {
  readonly factor: number;
  readonly exponent: number;
  /** Share of the logarithms' variance that the line explains, 0–1. */
  readonly r2: number;
}

/** At least two points of different x, all positive; throws TypeError for others. */
export function powerLaw(points: readonly (readonly [x: number, y: number])[]): PowerLaw {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (axis: 0 | 1) => logs.reduce((sum, log) => sum + log[axis], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const sum = (of: (dx: number, dy: number) => number) => logs.reduce((all, [x, y]) => all + of(x - mx, y - my), 0);
  const [xx, xy, yy] = [sum((dx) => dx * dx), sum((dx, dy) => dx * dy), sum((_, dy) => dy * dy)];
  if (!(xx > 0) || !Number.isFinite(xy)) {
    throw new TypeError(`Expected positive points of at least two different x, got ${JSON.stringify(points)}`);
  }
  const exponent = xy / xx;
  return { factor: Math.exp(my - exponent * mx), exponent, r2: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}
