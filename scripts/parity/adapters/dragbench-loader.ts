import { resolve } from "node:path";
import { z } from "zod";
import { readDragBench } from "../../../src/engine/datasets/dragbench.ts";
import type { Mask } from "../../../src/engine/raster.ts";
import { type Outputs, type ParityCase, tensorOf } from "../case.ts";

const paramsSchema = z.object({
  pickle: z.string(),
  expectedPrompt: z.string(),
  height: z.number(),
  width: z.number(),
});

/** §7.7. */
export async function dragbenchLoader(c: ParityCase): Promise<Outputs> {
  const { pickle, expectedPrompt, height, width } = paramsSchema.parse(c.params);
  const { prompt, points, editable } = await readDragBench(resolve(c.dir, pickle));
  const found = `${JSON.stringify(prompt)} on ${editable.width}x${editable.height}`;
  if (prompt !== expectedPrompt || editable.width !== width || editable.height !== height) {
    throw new Error(`Expected ${JSON.stringify(expectedPrompt)} on ${width}x${height}, got ${found}`);
  }
  const pairs = points.flatMap(({ handle, target }) => [...handle, ...target]);
  return {
    points: tensorOf(pairs, [points.length, 2, 2]),
    maskArea: tensorOf([editable.data.filter((value) => value > 0).length]),
    maskBounds: tensorOf(bounds(editable)),
  };
}

/** First and last column and row that hold anything. */
function bounds({ width, data }: Mask): [number, number, number, number] {
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  data.forEach((value, i) => {
    if (value === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  });
  return [x0, y0, x1, y1];
}
