import { z } from "zod";
import { DragFlow } from "../../../src/engine/drag/dragflow.ts";
import { cutMotion, movedRegion, PAPER_TASKS, progressAt, samplingMap } from "../../../src/engine/drag/paper-affine.ts";
import { editableLatent, regionWeights } from "../../../src/engine/drag/paper-regions.ts";
import type { RegionPath } from "../../../src/engine/drag/region-goals.ts";
import type { Planes } from "../../../src/engine/drag/resize.ts";
import { WholeModel } from "../../../src/engine/drag/whole-model.ts";
import { timeGrid } from "../../../src/engine/flow/timesteps.ts";
import { packLatents, unpackLatents } from "../../../src/engine/models/packing.ts";
import { input, inputList, type Outputs, type ParityCase, type Tensor, tensorOf } from "../case.ts";
import { asTokens, gridSchema, onGrid, openFlux, textStates } from "./flux.ts";
import { planesOf, stack, tensorOfPlanes } from "./planes.ts";

const pair = z.tuple([z.number(), z.number()]);
const paramsSchema = gridSchema.extend({
  cutShape: pair,
  numSteps: z.number(),
  skip: z.number(),
  timesteps: z.array(z.number()),
  inversionGuidance: z.number().nullable(),
  samplingGuidance: z.number().nullable(),
  features: z.array(z.string()),
  hookDoubles: z.array(z.number()),
  hookSingles: z.array(z.number()),
  transportIterations: z.number(),
  intensifyIterations: z.number(),
  lrTransport: z.number(),
  lrIntensify: z.number(),
  steps: z.array(z.number()),
  operations: z.array(z.object({ task: z.enum(PAPER_TASKS), target: pair, anchor: pair.nullable() })),
});
type Params = z.infer<typeof paramsSchema>;
type GridTensor = ReturnType<typeof onGrid>;

/** §5.3–5.10: geometry, inversion, single iterations, sampling, and a free run of all iterations. */
export async function dragflow(c: ParityCase): Promise<Outputs> {
  const p = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const geometry = geometryOf(c, p);
  const condition = c.inputs.has("condition") ? onGrid(c, input(c, "condition")) : undefined;
  const editable = editableLatent(planesOf(input(c, "editable")), [2 * p.h, 2 * p.w]);
  const drag = new DragFlow(
    new WholeModel(flux),
    {
      sourceText: textStates(c, "source."),
      targetText: textStates(c, "target."),
      ...(condition === undefined ? {} : { sourceCondition: condition, targetCondition: condition }),
      cut: p.cutShape,
      regions: geometry.paths,
      editable: grid(p, packLatents(repeat(editable.data, flux.config.outChannels / 4), p)),
    },
    {
      ...p,
      times: p.timesteps,
      solver: "fireflow",
      hooks: { doubles: p.hookDoubles, singles: p.hookSingles },
    },
  );
  const outputs: Outputs = { ...geometry.outputs, editableLatent: tensorOfPlanes(editable) };
  await runLatents(c, p, drag, outputs);
  await flux.release();
  return outputs;
}

async function runLatents(c: ParityCase, p: Params, drag: DragFlow, outputs: Outputs): Promise<void> {
  const inversion = await drag.invert(grid(p, packLatents(input(c, "latent").data, p)));
  const anchors = await drag.anchor(inversion);
  outputs.zOrig = asTokens(inversion.zOrig);
  outputs.v0 = asTokens(anchors.v0);
  const unpacked = unpackLatents(anchors.zBackground.data, p);
  outputs.zBackground = { shape: input(c, "latent").shape, data: unpacked };

  const from = input(c, "stepFrom");
  const rows: GridTensor[] = [];
  const losses: number[] = [];
  const size = from.data.length / p.steps.length;
  for (const [r, step] of p.steps.entries()) {
    const start = grid(p, from.data.slice(r * size, (r + 1) * size));
    const result = await drag.iterate(start, step, inversion, anchors);
    rows.push({ ...result.z, shape: [...result.z.shape] });
    losses.push(result.loss);
  }
  outputs.stepTo = stack(rows.map(asTokens));
  outputs.stepLoss = tensorOf(losses);
  outputs.gradFirst = asTokens((await drag.iterate(inversion.zOrig, 0, inversion, anchors)).grad);

  const dragged = onGrid(c, input(c, "dragged"));
  const sampled = await drag.sample(dragged, inversion);
  outputs.zFinal = asTokens(sampled.edited);
  outputs.zOrigFinal = asTokens(sampled.reconstructed);

  let free = inversion.zOrig;
  const freeLosses: number[] = [];
  for (let k = 0; k < p.transportIterations + p.intensifyIterations; k++) {
    const next = await drag.iterate(free, k, inversion, anchors);
    free = next.z;
    freeLosses.push(next.loss);
    outputs[`free.z.${k + 1}`] = asTokens(free);
  }
  outputs["free.loss"] = tensorOf(freeLosses);
  outputs["free.zFinal"] = asTokens((await drag.sample(free, inversion)).edited);
}

function geometryOf(c: ParityCase, p: Params): { paths: RegionPath[]; outputs: Outputs } {
  const masks = inputList(c, "region").map(planesOf);
  const { weights } = regionWeights(masks);
  const moves = p.operations.map((operation, i) => cutMotion(operation, maskOf(masks, i), p.cutShape));
  const paths = moves.map(({ region, motion }, i) => ({
    weight: weights[i] ?? 1,
    region,
    mapAt: (iteration: number) => samplingMap(motion, progressAt(iteration, p.transportIterations)),
  }));
  const outputs: Outputs = {
    timesteps: tensorOf(timeGrid(p.numSteps, p.h * p.w, { shift: true })),
    weights: tensorOf(weights),
    beginCut: points(moves.map(({ motion }) => motion.begin)),
    targetCut: points(moves.map(({ motion }) => motion.target)),
    anchorCut: points(moves.map(({ motion }) => motion.anchor ?? [-1, -1])),
  };
  for (const [i, { region, mapAt }] of paths.entries()) {
    for (let k = 1; k <= p.transportIterations + p.intensifyIterations; k++) {
      outputs[`region.${i}.${k}`] = tensorOfPlanes(movedRegion(region, mapAt(k - 1)));
    }
  }
  return { paths, outputs };
}

function points(list: readonly (readonly [number, number])[]): Tensor {
  return tensorOf(list.flat(), [list.length, 2]);
}

function grid({ h, w }: { h: number; w: number }, data: Float32Array): GridTensor {
  return { shape: [h, w, data.length / (h * w)], data };
}

function repeat(plane: Float32Array, times: number): Float32Array {
  const out = new Float32Array(plane.length * times);
  for (let i = 0; i < times; i++) out.set(plane, i * plane.length);
  return out;
}

function maskOf(masks: readonly Planes[], i: number): Planes {
  const mask = masks[i];
  if (mask === undefined) throw new Error(`Expected a region for operation ${i}, got ${masks.length} regions`);
  return mask;
}
