/**
 * DragFlow's image fidelity: 1 − LPIPS of masked pictures at 224×224, in thousandths; no unit, 1 for equal pictures.
 * `background` (IF_bg, higher is better): what lies outside the editable area is as it was.
 * `sourceToTarget` (IF_s2t, higher is better): the region is found, moved by its affine, at its new place.
 * `sourceToSource` (IF_s2s, lower is better): the old place no longer looks as it did.
 * Source: DragFlow, ICLR 2026, and its evaluation (flux.md §7.2).
 */
import { movedRegion, type PaperTask, samplingMap } from "../drag/paper-affine.ts";
import type { PixelPoint } from "../drag/paper-regions.ts";
import { type Planes, resizeBilinear } from "../drag/resize.ts";
import type { Lpips } from "./lpips.ts";

/** An operation in raw pixels; masks are one plane of {0, 1}. */
export interface ScoredOperation {
  readonly task: PaperTask;
  readonly begin: PixelPoint;
  readonly target: PixelPoint;
  readonly anchor: PixelPoint | null;
  /** Where the region was, and where it should be. */
  readonly before: Planes;
  readonly after: Planes;
}

export interface IfScores {
  readonly background: number;
  readonly sourceToTarget: number;
  readonly sourceToSource: number;
  /** The LPIPS distances behind them: background, to the target per operation, at the source per operation. */
  readonly distances: readonly number[];
}

const SIDE = 224;

/** Pictures of one size with three planes in −1…1; `editable` is one plane of {0, 1}. */
export async function ifScores(
  lpips: Lpips,
  original: Planes,
  edited: Planes,
  editable: Planes,
  operations: readonly ScoredOperation[],
): Promise<IfScores> {
  const apart = async (a: Planes, b: Planes, mask: Planes) => {
    const { distance } = await lpips.distance(small(masked(a, mask)), small(masked(b, mask)));
    return distance;
  };
  const background = await apart(original, edited, { ...editable, data: editable.data.map((value) => 1 - value) });
  const toTarget: number[] = [];
  const atSource: number[] = [];
  for (const operation of operations) {
    const moved = movedRegion(original, samplingMap(operation, 1));
    toTarget.push(await apart(moved, edited, operation.after));
    atSource.push(await apart(original, edited, operation.before));
  }
  return {
    background: score([background]),
    sourceToTarget: score(toTarget),
    sourceToSource: score(atSource),
    distances: [background, ...toTarget, ...atSource],
  };
}

/** What the mask leaves out becomes mid grey. */
function masked({ channels, height, width, data }: Planes, mask: Planes): Planes {
  if (mask.height !== height || mask.width !== width) {
    throw new TypeError(`Expected a mask of ${width}x${height}, got ${mask.width}x${mask.height}`);
  }
  const places = height * width;
  return { channels, height, width, data: data.map((value, i) => value * (mask.data[i % places] ?? 0)) };
}

function small(planes: Planes) {
  const { channels, data } = resizeBilinear(planes, [SIDE, SIDE]);
  return { shape: [1, channels, SIDE, SIDE], data };
}

function score(distances: readonly number[]): number {
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  return Math.round(1000 * (1 - mean)) / 1000;
}
