/** A small drag problem on any transformer: latents, one region that moves, an editable area around both. */
import { DragFlow, type DragInputs, type DragSettings, type OnStep } from "../../src/engine/drag/dragflow.ts";
import type { DragModel } from "../../src/engine/drag/model.ts";
import type { Planes } from "../../src/engine/drag/resize.ts";
import { gaussian } from "../../src/engine/edit/noise.ts";
import { timeGrid } from "../../src/engine/flow/timesteps.ts";
import type { Flux } from "../../src/engine/models/flux.ts";
import type { Tensor } from "../../src/engine/onnx/session.ts";

/** Tokens each way; the cut size is 8 times that, as for pictures below 600 pixels. */
export const GRID = 6;
const CUT = 8 * GRID;
/** The region's way in cut pixels. */
const BY = [9, 3] as const;

export function tensor(channels: number, seed: number, grid = GRID): Tensor {
  return { shape: [grid, grid, channels], data: gaussian(grid * grid * channels, seed) };
}

/** Smooth latents: what a picture's are, so that neighbouring features resemble each other. */
export function picture(): Tensor {
  const data = new Float32Array(GRID * GRID * 64);
  for (let i = 0; i < data.length; i++) {
    const [token, c] = [Math.floor(i / 64), i % 64];
    data[i] = Math.sin(0.9 * Math.floor(token / GRID) + 0.7 * (token % GRID) + 0.37 * c);
  }
  return { shape: [GRID, GRID, 64], data };
}

export function dragInputs(flux: Flux): DragInputs {
  const text = flux.emptyText(3);
  const condition =
    flux.config.inChannels > 64 ? { sourceCondition: tensor(320, 9), targetCondition: tensor(320, 9) } : {};
  const region: Planes = { channels: 1, height: CUT, width: CUT, data: new Float32Array(CUT * CUT) };
  for (let y = 15; y < 27; y++) region.data.fill(1, y * CUT + 12, y * CUT + 24);
  const mapAt = (k: number) => {
    const w = Math.min((k + 1) / 4, 1);
    return [1, 0, -BY[0] * w, 0, 1, -BY[1] * w] as const;
  };
  return {
    sourceText: text,
    targetText: text,
    ...condition,
    cut: [CUT, CUT],
    regions: [{ weight: 1, region, mapAt }],
    editable: { shape: [GRID, GRID, 64], data: Float32Array.from({ length: GRID * GRID * 64 }, (_, i) => inside(i)) },
  };
}

/** All but the outer tokens. */
function inside(i: number): number {
  const token = Math.floor(i / 64);
  const inner = (x: number) => x > 0 && x < GRID - 1;
  return inner(Math.floor(token / GRID)) && inner(token % GRID) ? 1 : 0;
}

export function dragSettings(flux: Flux, other: Partial<DragSettings> = {}): DragSettings {
  const { doubles, singles, guidance } = flux.config;
  return {
    features: [`DOUBLE-${doubles - 1}-0`, `DOUBLE-${doubles - 1}-2`],
    hooks: { doubles: [0], singles: [singles - 1] },
    times: timeGrid(5, GRID * GRID, { shift: guidance }),
    skip: 3,
    solver: "fireflow",
    inversionGuidance: 1,
    samplingGuidance: 3.5,
    transportIterations: 4,
    intensifyIterations: 4,
    lrTransport: 30,
    lrIntensify: 30,
    ...other,
  };
}

export interface Ran {
  readonly drag: DragFlow;
  readonly zOrig: Tensor;
  readonly zBackground: Tensor;
  readonly z: Tensor;
  readonly losses: readonly number[];
  readonly edited: Tensor;
  readonly reconstructed: Tensor;
  /** K and V tensors captured per pass. */
  readonly captured: number;
}

/** Inversion, all iterations, sampling. */
export async function runDrag(
  model: DragModel,
  inputs: DragInputs,
  settings: DragSettings,
  onStep?: OnStep,
): Promise<Ran> {
  const drag = new DragFlow(model, inputs, settings, onStep);
  const inversion = await drag.invert(picture());
  const anchors = await drag.anchor(inversion);
  const captured = Object.keys(await inversion.passes.get(0)).length;
  const { z, losses } = await drag.drag(inversion, anchors);
  const { edited, reconstructed } = await drag.sample(z, inversion);
  await inversion.passes.close();
  return { drag, zOrig: inversion.zOrig, zBackground: anchors.zBackground, z, losses, edited, reconstructed, captured };
}

/** Mean |a − b| where `where` is `value`. */
export function meanDistance(a: Tensor, b: Tensor, where: Tensor, value: 0 | 1): number {
  let [sum, count] = [0, 0];
  for (const [i, x] of a.data.entries()) {
    if ((where.data[i] ?? 0) !== value) continue;
    sum += Math.abs(x - (b.data[i] ?? 0));
    count++;
  }
  return sum / count;
}
