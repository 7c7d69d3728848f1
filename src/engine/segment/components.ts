/** Connected parts of a binary mask (> 127): keep the large ones, fill the small holes. 4-connected. */
import { areaPixels } from "../geometry/mask.ts";
import type { Mask } from "../raster.ts";

export interface Components {
  /** Per pixel: 0 for pixels not looked at, else 1 + index into `areas`. */
  readonly labels: Int32Array;
  /** Pixels of each part. */
  readonly areas: readonly number[];
  /** Whether each part touches the picture's border. */
  readonly touching: readonly boolean[];
}

/** Parts of the pixels for which `wanted` holds: "inside" the mask or "outside" it. */
export function componentsOf(mask: Mask, wanted: "inside" | "outside"): Components {
  const { width, height, data } = mask;
  const labels = new Int32Array(width * height);
  const stack = new Int32Array(width * height);
  const areas: number[] = [];
  const touching: boolean[] = [];
  const open = (i: number): boolean => labels[i] === 0 && (data[i] ?? 0) > 127 === (wanted === "inside");
  for (let seed = 0; seed < labels.length; seed++) {
    if (!open(seed)) continue;
    const part = flood(seed, areas.length + 1, labels, stack, width, height, open);
    areas.push(part.area);
    touching.push(part.touches);
  }
  return { labels, areas, touching };
}

function flood(
  seed: number,
  label: number,
  labels: Int32Array,
  stack: Int32Array,
  width: number,
  height: number,
  open: (i: number) => boolean,
): { area: number; touches: boolean } {
  let [top, area, touches] = [0, 0, false];
  const push = (i: number): void => {
    if (!open(i)) return;
    labels[i] = label;
    stack[top++] = i;
  };
  push(seed);
  while (top > 0) {
    const i = stack[--top] ?? 0;
    const x = i % width;
    const y = (i - x) / width;
    area++;
    touches ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
    if (x > 0) push(i - 1);
    if (x < width - 1) push(i + 1);
    if (y > 0) push(i - width);
    if (y < height - 1) push(i + width);
  }
  return { area, touches };
}

/** Keeps the largest part and those of at least `share` of its area (or those `chosen` by label); others become 0. */
export function keepLargest(mask: Mask, share: number): Mask {
  const { labels, areas } = componentsOf(mask, "inside");
  const limit = Math.max(0, ...areas) * share;
  return keepWhere(mask, (i) => labels[i] === 0 || (areas[(labels[i] ?? 0) - 1] ?? 0) >= limit);
}

/** Keeps the parts that hold a pixel for which `seed` holds; the whole mask when none does. */
export function keepTouched(mask: Mask, seed: (i: number) => boolean): Mask {
  const { labels } = componentsOf(mask, "inside");
  const touched = new Set<number>();
  labels.forEach((label, i) => {
    if (label > 0 && seed(i)) touched.add(label);
  });
  return touched.size === 0 ? mask : keepWhere(mask, (i) => labels[i] === 0 || touched.has(labels[i] ?? 0));
}

function keepWhere(mask: Mask, keep: (i: number) => boolean): Mask {
  return { ...mask, data: mask.data.map((value, i) => (keep(i) ? value : 0)) };
}

/** Fills enclosed holes of at most `share` of the mask's area with 255. */
export function fillHoles(mask: Mask, share: number): Mask {
  const { labels, areas, touching } = componentsOf(mask, "outside");
  const limit = areaPixels(mask) * share;
  const isHole = (label: number): boolean => label > 0 && !touching[label - 1] && (areas[label - 1] ?? 0) <= limit;
  return { ...mask, data: mask.data.map((value, i) => (isHole(labels[i] ?? 0) ? 255 : value)) };
}
