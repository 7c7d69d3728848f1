/** The inversion suite: how near a reconstruction comes to its picture, per way of inverting. */
import { join } from "node:path";
import { fullMask } from "../../engine/geometry/mask.ts";
import { decodeImage, toRgb } from "../../engine/image/decode.ts";
import type { Lpips } from "../../engine/metrics/lpips.ts";
import type { Bundle } from "../../engine/models/bundle.ts";
import type { Rgb } from "../../engine/raster.ts";
import { EditError } from "../../errors.ts";
import { hashOfFile } from "../content-key.ts";
import { type Measures, meanMeasures } from "../measures.ts";
import type { Memo } from "../memo.ts";
import { psnr, squaredError } from "../metrics/psnr.ts";
import { ssim } from "../metrics/ssim.ts";
import { at224 } from "../metrics/truth.ts";
import { configLabel, INVERSION_CONFIGS, type InversionConfig, inversionSettings } from "./configs.ts";
import { reconstruct, type SeenPicture, seenBy } from "./reconstruct.ts";

export interface InversionRequest {
  readonly bundle: Bundle;
  /** As the table names it. */
  readonly model: string;
  /** Paths of pictures. */
  readonly pictures: readonly string[];
  /** Data folder. */
  readonly home: string;
  readonly lpips?: Lpips | undefined;
  readonly numSteps?: number | undefined;
  readonly skip?: number | undefined;
  readonly configs?: readonly InversionConfig[] | undefined;
  /** What an interrupted run has measured. */
  readonly memo: Memo;
  /** All that a result depends on beside picture and way: the program, the model, the scorers' network. */
  readonly ground: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Told after every reconstruction. */
  readonly onStep?: ((done: number, total: number) => void) | undefined;
}

export interface InversionRow {
  readonly label: string;
  /** psnr in dB, ssim, seconds, and lpips where its weights were given; means over the pictures. */
  readonly means: Measures;
  /** Per picture, in their order. */
  readonly each: readonly Measures[];
}

export interface InversionResult {
  readonly title: string;
  readonly rows: readonly InversionRow[];
  readonly notes: readonly string[];
}

/** The first row is the autoencoder alone. @throws EditError of the pictures and the model, `cancelled`. */
export async function runInversion(request: InversionRequest): Promise<InversionResult> {
  const { bundle, model, pictures, lpips, signal, onStep } = request;
  const configs = (request.configs ?? INVERSION_CONFIGS).filter(({ adapter }) => !adapter || bundle.adapter);
  const rows = new Map<string, Measures[]>();
  const add = (label: string, measures: Measures) => rows.set(label, [...(rows.get(label) ?? []), measures]);
  let done = 0;
  for (const path of pictures) {
    const picture = await hashOfFile(path);
    const seen = await seenBy(bundle, await toRgb(await decodeImage(path)));
    add("autoencoder alone", await likeness(seen.rgb, seen.decoded, lpips));
    for (const config of configs) {
      if (signal?.aborted) throw new EditError("cancelled", "Interrupted");
      const parts = { ground: request.ground, picture, config, numSteps: request.numSteps, skip: request.skip };
      add(configLabel(config), await request.memo.recall(parts, () => tried(request, seen, config)));
      onStep?.(++done, pictures.length * configs.length);
    }
  }
  const { numSteps, skip, workingSize } = inversionSettings(
    bundle.settings,
    INVERSION_CONFIGS[0] as InversionConfig,
    request,
  );
  return {
    title: `Inversion without an edit: ${model}, ${pictures.length} pictures, ${workingSize} px, ${numSteps} steps without the first ${skip}`,
    rows: [...rows].map(([label, each]) => ({ label, means: meanMeasures(each), each })),
    notes: notesOf(request),
  };
}

async function tried(request: InversionRequest, seen: SeenPicture, config: InversionConfig): Promise<Measures> {
  const { bundle, lpips, home } = request;
  const settings = inversionSettings(bundle.settings, config, request);
  const start = performance.now();
  const back = await reconstruct(bundle, seen, settings, join(home, "scratch"));
  const seconds = (performance.now() - start) / 1000;
  return { ...(await likeness(seen.rgb, back, lpips)), seconds };
}

async function likeness(picture: Rgb, back: Rgb, lpips: Lpips | undefined): Promise<Measures> {
  const where = fullMask(picture);
  const distance = (await lpips?.distance(at224(picture), at224(back)))?.distance;
  return {
    psnr: psnr([squaredError(picture, back, where)]) ?? Number.NaN,
    ssim: ssim(picture, back, where) ?? Number.NaN,
    ...(distance === undefined ? {} : { lpips: distance }),
  };
}

function notesOf({ bundle, lpips }: InversionRequest): string[] {
  return [
    ...(bundle.adapter ? [] : ["The bundle has no adapter: its rows are left out."]),
    ...(bundle.fill ? ["A Fill model: it is shown nothing of the picture, everything is masked."] : []),
    ...(lpips ? [] : ["LPIPS was not measured: no weights were given (--lpips FILE|DIR)."]),
  ];
}
