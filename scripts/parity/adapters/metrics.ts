import { z } from "zod";
import { PAPER_TASKS } from "../../../src/engine/drag/paper-affine.ts";
import type { Planes } from "../../../src/engine/drag/resize.ts";
import { ifScores } from "../../../src/engine/metrics/if-scores.ts";
import { Lpips } from "../../../src/engine/metrics/lpips.ts";
import { md1 } from "../../../src/engine/metrics/md1.ts";
import { md2 } from "../../../src/engine/metrics/md2.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { input, type Outputs, type ParityCase, tensorOf } from "../case.ts";
import { COMPILE } from "./flux.ts";
import { planesOf } from "./planes.ts";

const openLpips = async (c: ParityCase) => new Lpips(await openWeights(c.bundleDir), COMPILE);

/** §7.1. */
export async function lpips(c: ParityCase): Promise<Outputs> {
  const metric = await openLpips(c);
  const { layers, distance } = await metric.distance(input(c, "a"), input(c, "b"));
  await metric.release();
  return { layers: tensorOf(layers), distance: tensorOf([distance]) };
}

const pair = z.tuple([z.number(), z.number()]);
const operationSchema = z.object({
  task: z.enum(PAPER_TASKS),
  begin: pair,
  target: pair,
  anchor: pair.nullable(),
});

/** §7.2. */
export async function ifMetrics(c: ParityCase): Promise<Outputs> {
  const { operations } = z.object({ operations: z.array(operationSchema).min(1) }).parse(c.params);
  const metric = await openLpips(c);
  const scored = operations.map((operation, i) => {
    const [before, after] = [planesOf(input(c, `maskOrig.${i}`)), planesOf(input(c, `maskProc.${i}`))];
    return { ...operation, before, after };
  });
  const picture = (name: string): Planes => {
    const planes = planesOf(input(c, name));
    return { ...planes, data: planes.data.map((byte) => byte / 127.5 - 1) };
  };
  const editable = planesOf(input(c, "editable"));
  const scores = await ifScores(metric, picture("original"), picture("edited"), editable, scored);
  await metric.release();
  return {
    lpips: tensorOf(scores.distances),
    scores: tensorOf([scores.background, scores.sourceToTarget, scores.sourceToSource]),
  };
}

const matchSchema = z.object({ height: z.number(), width: z.number(), begin: z.array(pair), target: z.array(pair) });

/** §7.3, §7.4. */
export async function mdMatch(c: ParityCase): Promise<Outputs> {
  const { height, width, begin, target } = matchSchema.parse(c.params);
  const points = begin.map((from, i) => ({ begin: from, target: target[i] ?? from }));
  const [source, edited] = [planesOf(input(c, "source")), planesOf(input(c, "edited"))];
  const second = md2(source, edited, [height, width], points);
  return {
    md1: tensorOf([md1(source, edited, planesOf(input(c, "editable")), points)]),
    md2: tensorOf([second.distance]),
    md2Matches: tensorOf(second.matches.flat(), [points.length, 2]),
  };
}
