/** From a level of the pyramid to the next finer one. */
import type { Level } from "./patch-level.ts";
import { matchAt, moved, roomAt } from "./patch-turn.ts";

/** Takes over the coarser level's field, its offsets scaled; where that gives no source, a random one stands in. */
export function refineField(level: Level, coarse: Level, random: () => number): void {
  const { width, targets, sources, field } = level;
  const [sx, sy] = [width / coarse.width, level.height / coarse.height];
  for (const target of targets) {
    const [u, v] = [((target % width) + 0.5) / sx, (Math.floor(target / width) + 0.5) / sy];
    const at = Math.floor(v) * coarse.width + Math.floor(u);
    if (refineTurned(level, coarse, target, at, [u - 0.5, v - 0.5])) continue;
    const source = refined(level, coarse, target, at);
    field[target] = source >= 0 ? source : (sources[Math.floor(random() * sources.length)] ?? 0);
  }
}

/** The source at the coarse match's offset, or −1. */
function refined(level: Level, coarse: Level, target: number, at: number): number {
  const { width, height, isSource } = level;
  const from = coarse.field[at] ?? -1;
  if (from < 0) return -1;
  const dx = Math.round((((from % coarse.width) - (at % coarse.width)) * width) / coarse.width);
  const rows = Math.floor(from / coarse.width) - Math.floor(at / coarse.width);
  const dy = Math.round((rows * height) / coarse.height);
  const [x, y] = [(target % width) + dx, Math.floor(target / width) + dy];
  const source = y * width + x;
  return x >= 0 && y >= 0 && x < width && y < height && isSource[source] === 1 ? source : -1;
}

/** `where` is the target's centre on the coarse level. True if the match there is turned and has room here too. */
function refineTurned(
  level: Level,
  coarse: Level,
  target: number,
  at: number,
  where: readonly [number, number],
): boolean {
  const match = matchAt(coarse, at);
  if (!match) return false;
  const { x, y } = moved(match, where[0] - (at % coarse.width), where[1] - Math.floor(at / coarse.width));
  const [sx, sy] = [level.width / coarse.width, level.height / coarse.height];
  const finer = { turn: match.turn, x: (x + 0.5) * sx - 0.5, y: (y + 0.5) * sy - 0.5 };
  const source = roomAt(level, finer);
  if (source < 0) return false;
  level.field[target] = source;
  level.turn[target] = match.turn;
  level.place.set([finer.x, finer.y], target * 2);
  return true;
}
