/** What the kernels compute, written out plainly in 64-bit arithmetic on the same levels: to check them against. */
import type { Rgb } from "../../src/engine/raster.ts";
import { displacementCost, type Level, PIXEL, RADIUS } from "../../src/engine/retouch/patch-level.ts";
import { matchAt, moved, roomAt, type TurnedMatch } from "../../src/engine/retouch/patch-turn.ts";
import { TURNS } from "../../src/engine/retouch/turns.ts";

/** Of every pixel of the patch around `target` that lies in the picture: its index and its place relative to the centre. */
function patch({ width, height }: Level, target: number): { t: number; dx: number; dy: number }[] {
  const [x, y] = [target % width, Math.floor(target / width)];
  const all = Array.from({ length: (2 * RADIUS + 1) ** 2 }, (_, k) => {
    const [dx, dy] = [(k % (2 * RADIUS + 1)) - RADIUS, Math.floor(k / (2 * RADIUS + 1)) - RADIUS];
    return { t: target + dy * width + dx, dx, dy };
  });
  return all.filter(({ dx, dy }) => x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height);
}

/** Indices of the pixels around pixel i that lie in the picture. */
export function square(i: number, radius: number, width: number, height: number): number[] {
  const [x, y] = [i % width, Math.floor(i / width)];
  const side = Array.from({ length: 2 * radius + 1 }, (_, k) => k - radius);
  const rows = side.map((d) => y + d).filter((v) => v >= 0 && v < height);
  const columns = side.map((d) => x + d).filter((u) => u >= 0 && u < width);
  return rows.flatMap((v) => columns.map((u) => v * width + u));
}

const value = (array: { readonly [i: number]: number }, i: number): number => array[i] ?? Number.NaN;

function colour({ pixels }: Level, i: number): number[] {
  return [0, 1, 2].map((c) => value(pixels, i * PIXEL + c));
}

function bilinear(at: (i: number, j: number) => number[], x: number, y: number): number[] {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const corners = [0, 1].flatMap((down) => [0, 1].map((right) => ({ right, down })));
  return [0, 1, 2].map((c) =>
    corners.reduce((sum, { right, down }) => {
      const share = (right ? x - i : 1 - (x - i)) * (down ? y - j : 1 - (y - j));
      return sum + share * value(at(i + right, j + down), c);
    }, 0),
  );
}

function colourBetween(level: Level, x: number, y: number): number[] {
  return bilinear((i, j) => colour(level, j * level.width + i), x, y);
}

/** Weighted mean squared difference to the colours that `copy` gives. */
function difference(level: Level, target: number, copy: (t: number, dx: number, dy: number) => number[]): number {
  const sums = patch(level, target).map(({ t, dx, dy }) => {
    const [own, other] = [colour(level, t), copy(t, dx, dy)];
    return value(level.weight, t) * own.reduce((sum, v, c) => sum + (v - value(other, c)) ** 2, 0);
  });
  return sums.reduce((a, b) => a + b, 0) / (total(level, target) + 1e-6);
}

export function total(level: Level, target: number): number {
  return patch(level, target).reduce((sum, { t }) => sum + value(level.weight, t), 0);
}

export function patchCost(level: Level, target: number, source: number): number {
  return displacementCost(level, target, source) + difference(level, target, (t) => colour(level, t - target + source));
}

/** Raised, so that upright copies are kept unless a turned one is clearly better. */
export function turnedCost(level: Level, target: number, match: TurnedMatch): number {
  const away = displacementCost(level, target, roomAt(level, match));
  const squares = difference(level, target, (_, dx, dy) => {
    const { x, y } = moved(match, dx, dy);
    return colourBetween(level, x, y);
  });
  return 30 + away + 1.3 * squares;
}

export function costNow(level: Level, target: number): number {
  const match = matchAt(level, target);
  return match ? turnedCost(level, target, match) : patchCost(level, target, value(level.field, target));
}

/** A pass of PatchMatch. Costs are rounded to 32 bits where they are kept. */
export function improveField(level: Level, order: 1 | -1, random: () => number): void {
  for (const target of order === 1 ? level.targets : level.targets.toReversed()) {
    if (level.cost[target] === 0) continue;
    for (const step of [-order, -order * level.width]) tryNeighbour(level, target, step);
    for (let reach = Math.max(level.width, level.height); reach >= 1; reach /= 2) {
      const [x, y] = around(level, target, reach, random);
      if (x >= 0 && y >= 0 && x < level.width && y < level.height) tryUpright(level, target, y * level.width + x);
    }
    if (value(level.cost, target) <= 100) continue;
    const reach = Math.max(level.width, level.height) * random() ** 2;
    const turn = 1 + Math.floor(random() * (TURNS.length - 1));
    const [x, y] = around(level, target, reach, random);
    tryTurned(level, target, { turn, x, y });
  }
}

function around(level: Level, target: number, reach: number, random: () => number): [number, number] {
  const centre = value(level.field, target);
  const x = Math.round((centre % level.width) + (2 * random() - 1) * reach);
  return [x, Math.round(Math.floor(centre / level.width) + (2 * random() - 1) * reach)];
}

function tryNeighbour(level: Level, target: number, step: number): void {
  const from = level.field[target + step] ?? -1;
  if (from < 0) return;
  const match = matchAt(level, target + step);
  const [dx, dy] = Math.abs(step) === 1 ? [step, 0] : [0, Math.sign(step)];
  if (match) tryTurned(level, target, moved(match, -dx, -dy));
  else tryUpright(level, target, from - step);
}

function tryUpright(level: Level, target: number, source: number): void {
  if (level.isSource[source] !== 1) return;
  const found = patchCost(level, target, source);
  if (found >= value(level.cost, target)) return;
  level.field[target] = source;
  level.turn[target] = 0;
  level.cost[target] = found;
}

function tryTurned(level: Level, target: number, match: TurnedMatch): void {
  const source = roomAt(level, match);
  if (source < 0) return;
  const found = turnedCost(level, target, match);
  if (found >= value(level.cost, target)) return;
  level.field[target] = source;
  level.turn[target] = match.turn;
  level.place.set([match.x, match.y], target * 2);
  level.cost[target] = found;
}

/** Half the 75th percentile, at least 1. */
export function usualCost({ targets, cost }: Level): number {
  const sorted = Float32Array.from(targets, (target) => value(cost, target)).sort();
  return Math.max(1, 0.5 * value(sorted, Math.floor(0.75 * sorted.length)));
}

/** The pixels after a vote. */
export function voted(level: Level): number[] {
  const sums = Array.from({ length: level.hole.length * 4 }, () => 0);
  for (const target of level.targets) {
    const trust = value(level.weight, target) * Math.exp(-value(level.cost, target) / (2 * usualCost(level))) + 1e-9;
    const match = matchAt(level, target);
    for (const { t, dx, dy } of patch(level, target)) {
      const place = match && moved(match, dx, dy);
      const copy = place
        ? colourBetween(level, place.x, place.y)
        : colour(level, value(level.field, target) + t - target);
      for (const [c, v] of [...copy, 1].entries()) sums[t * 4 + c] = value(sums, t * 4 + c) + trust * v;
    }
  }
  return Array.from(level.pixels, (was, k) => {
    const votes = value(sums, k - (k % 4) + 3);
    return level.hole[Math.floor(k / 4)] === 0 || votes === 0 ? was : value(sums, k) / votes;
  });
}

/** Indices of the neighbours to the left and right, above and below; `i` itself beyond the border. */
export function beside(i: number, width: number, length: number): number[] {
  const x = i % width;
  const row = [x > 0 ? i - 1 : i, x < width - 1 ? i + 1 : i];
  return [...row, i >= width ? i - width : i, i + width < length ? i + width : i];
}

/** The pixels once gradients are joined. */
export function joined(level: Level): number[] {
  const { width, hole, turn, field } = level;
  const pixels = Array.from(level.pixels);
  const steps = (i: number, j: number) => colour(level, i).map((v, c) => v - value(colour(level, j), c));
  const wantedStep = (i: number, j: number): number[] => {
    const found = steps(i, j);
    if (i === j || turn[i] !== 0 || turn[j] !== 0) return found;
    const [fromI, fromJ] = [value(field, i), value(field, j)];
    const [inI, inJ] = [steps(fromI, fromI + j - i), steps(fromJ + i - j, fromJ)];
    const copied = inI.map((v, c) => (v + value(inJ, c)) / 2);
    return found.map((v, c) => (Math.abs(v - value(copied, c)) > 14 ? v : value(copied, c)));
  };
  const inside = [...hole.keys()].filter((i) => hole[i] === 1);
  const wanted = inside.map((i) =>
    beside(i, width, hole.length)
      .map((j) => wantedStep(i, j))
      .reduce(
        (sum, step) => sum.map((v, c) => v + value(step, c)),
        colour(level, i).map((v) => 0.02 * v),
      ),
  );
  for (let sweep = 0; sweep < 60; sweep++) {
    for (const [n, i] of inside.entries()) {
      for (let c = 0; c < 3; c++) {
        const around = beside(i, width, hole.length).reduce((sum, j) => sum + value(pixels, j * PIXEL + c), 0);
        const was = value(pixels, i * PIXEL + c);
        pixels[i * PIXEL + c] = was + 1.7 * ((around + (wanted[n]?.[c] ?? Number.NaN)) / 4.02 - was);
      }
    }
  }
  return pixels;
}

/** The colour of pixel (x, y) of a picture by the field of a smaller level; undefined where no match says anything. */
export function fullSize(rgb: Rgb, level: Level, x: number, y: number): number[] | undefined {
  const [u, v] = [((x + 0.5) * level.width) / rgb.width, ((y + 0.5) * level.height) / rgb.height];
  const isTarget = (px: number, py: number) => level.targets.includes(py * level.width + px);
  if (!isTarget(Math.floor(u), Math.floor(v))) return undefined;
  const sums = [0, 0, 0, 0];
  for (const [dx, dy] of [[0, 0], ...[-1.5, 1.5].flatMap((a) => [-1.5, 1.5].map((b) => [a, b]))]) {
    const [px, py] = [Math.floor(u + (dx ?? 0)), Math.floor(v + (dy ?? 0))];
    const inside = px >= 0 && py >= 0 && px < level.width && py < level.height;
    const copy = inside && isTarget(px, py) ? copyOf(rgb, level, [px, py], [u, v], [x, y]) : undefined;
    if (!copy) continue;
    const weight = Math.exp(-value(level.cost, py * level.width + px) / (0.5 * usualCost(level))) + 1e-9;
    for (const [c, v] of [...copy, 1].entries()) sums[c] = value(sums, c) + weight * v;
  }
  return sums[3] === 0 ? undefined : sums.slice(0, 3).map((sum) => sum / value(sums, 3));
}

type Place = readonly [number, number];

/** What the patch at (px, py) of the level says of the pixel at (x, y), which is at (u, v) of the level. */
function copyOf(rgb: Rgb, level: Level, [px, py]: Place, [u, v]: Place, [x, y]: Place): number[] | undefined {
  const target = py * level.width + px;
  const at = (i: number, j: number): number[] => [...rgb.data.subarray((j * rgb.width + i) * 3).subarray(0, 3)];
  const match = matchAt(level, target);
  if (!match) {
    const source = value(level.field, target);
    const right = x + Math.round((((source % level.width) - px) * rgb.width) / level.width);
    const down = y + Math.round(((Math.floor(source / level.width) - py) * rgb.height) / level.height);
    return right < 0 || down < 0 || right >= rgb.width || down >= rgb.height ? undefined : at(right, down);
  }
  const place = moved(match, u - 0.5 - px, v - 0.5 - py);
  const [across, low] = [
    ((place.x + 0.5) * rgb.width) / level.width - 0.5,
    ((place.y + 0.5) * rgb.height) / level.height - 0.5,
  ];
  if (across < 0 || low < 0 || across >= rgb.width - 1 || low >= rgb.height - 1) return undefined;
  return bilinear(at, across, low);
}
