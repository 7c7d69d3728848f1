/** An engine without a model, for tests of what lies above it: it reads real files, and its "edit" is a copy in which
 * the box of the first operation is inverted. */
import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import type {
  CallOptions,
  CompareRequest,
  Comparison,
  EditForecast,
  EditOutcome,
  EditRequest,
  Engine,
  ExportOutcome,
  ExportRequest,
  Guess,
  ImageInfo,
  LivePreview,
  LiveRequest,
  LookRequest,
  PlanRequest,
  Preview,
  Receipt,
  Selection,
  SelectRequest,
} from "../../src/engine/api.ts";
import type { Box } from "../../src/engine/raster.ts";
import type { RegionSpec } from "../../src/engine/recipe/schema.ts";
import { EditError } from "../../src/errors.ts";

const GATES = {
  sourceCleared: 0.9,
  targetArrived: 0.8,
  seamEnergy: 1.1,
  fillTexture: 0.9,
  fillPlausible: 0.9,
  score: 0.7,
};
const SECONDS = { total: 0.5, encode: 0.1, invert: 0.1, drag: 0.1, sample: 0.1, decode: 0.05, composite: 0.05 };

export interface FakeOptions {
  /** Pause of each of an edit's ten steps. */
  stepMs?: number;
  /** Thrown by `edit` after its files are written, to see that nothing of them stays. */
  failure?: Error;
  guesses?: Guess[];
}

export class FakeEngine implements Engine {
  readonly edits: EditRequest[] = [];
  readonly selections: SelectRequest[] = [];
  readonly looks: LookRequest[] = [];
  readonly lives: LiveRequest[] = [];
  closed = false;
  options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    this.options = options;
  }

  async inspect(image: string): Promise<ImageInfo> {
    const { width, height, format, channels } = await sharp(image)
      .metadata()
      .catch((cause) => {
        throw new EditError("image-unreadable", `Expected a picture at ${image}, got something else`, { cause });
      });
    return { width, height, format: String(format), channels: channels ?? 3, depth: 8, warnings: [] };
  }

  async look(request: LookRequest): Promise<Preview> {
    this.looks.push(request);
    const { data, info } = await sharp(request.image)
      .resize(64, 64, { fit: "inside" })
      .webp()
      .toBuffer({ resolveWithObject: true });
    return { data, mimeType: "image/webp", width: info.width, height: info.height };
  }

  async select(request: SelectRequest): Promise<Selection> {
    this.selections.push(request);
    const { width, height } = await this.inspect(request.image);
    const box = request.hint.type === "region" ? boxOf(request.hint.region) : ([0, 0, width / 2, height / 2] as const);
    const data = Buffer.alloc(width * height);
    for (let i = 0; i < data.length; i++) data[i] = within(box, i % width, Math.floor(i / width)) ? 255 : 0;
    await sharp(data, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(request.maskPath);
    const [x0, y0, x1, y1] = box;
    const area = ((x1 - x0) * (y1 - y0)) / (width * height);
    return { box, centroid: [(x0 + x1) / 2, (y0 + y1) / 2], area, confidence: 0.9, warnings: [] };
  }

  async guesses(): Promise<Guess[]> {
    return this.options.guesses ?? [];
  }

  async plan({ image, recipe }: PlanRequest): Promise<EditForecast> {
    const { width, height } = await this.inspect(image);
    const regions = recipe.operations.map(({ label = "region", region, motion, keepSource = false }) => {
      const box = boxOf(region);
      return { label, box, centroid: [4, 4], area: 0.1, motion, keepSource, targetBox: box, target: [8, 4] } as const;
    });
    const editable = { box: [0, 0, width, height], area: 0.25 } as const;
    return { width, height, quality: recipe.quality, regions: [...regions], editable, recipe, warnings: [] };
  }

  async live(request: LiveRequest, { signal }: CallOptions = {}): Promise<LivePreview> {
    this.lives.push(request);
    await sleep(this.options.stepMs ?? 0);
    if (signal?.aborted) throw new EditError("cancelled", "The preview was cancelled");
    const { data, info } = await sharp(request.image).jpeg().toBuffer({ resolveWithObject: true });
    return { data, mimeType: "image/jpeg", width: info.width, height: info.height, box: [1, 2, 30, 20] };
  }

  async compare({ a, b }: CompareRequest): Promise<Comparison> {
    const { width, height } = await this.inspect(a);
    const heat = await this.look({ image: b });
    return { width, height, changedPixels: a === b ? 0 : 7, maxDiff: a === b ? 0 : 9, heat };
  }

  async edit(request: EditRequest, { signal, onProgress }: CallOptions = {}): Promise<EditOutcome> {
    this.edits.push(request);
    const { dir, image, recipe } = request;
    for (let done = 1; done <= 10; done++) {
      await sleep(this.options.stepMs ?? 0);
      if (signal?.aborted) throw new EditError("cancelled", "The edit was cancelled");
      onProgress?.({ stage: "drag", done, total: 10, loss: 1 / done });
    }
    await mkdir(dir, { recursive: true });
    const path = (name: string) => join(dir, name);
    const { width, height } = await this.inspect(image);
    const part = { width: Math.ceil(width / 2), height: Math.ceil(height / 2), left: 0, top: 0 };
    const negative = await sharp(image).extract(part).negate({ alpha: false }).png().toBuffer();
    await sharp(image)
      .composite([{ input: negative, left: 0, top: 0 }])
      .png()
      .toFile(path("result.png"));
    for (const name of ["before.png", "regions.png", "editable.png"]) await sharp(image).png().toFile(path(name));
    for (const name of ["after.png", "diff.png"]) await copyFile(path("result.png"), path(name));
    await writeFile(path("recipe.json"), JSON.stringify(recipe));
    await writeFile(path("loss.csv"), "iteration,loss\n0,1\n1,0.5\n2,0.25\n");
    if (this.options.failure) throw this.options.failure;
    return {
      files: {
        image: path("result.png"),
        editable: path("editable.png"),
        before: path("before.png"),
        after: path("after.png"),
        diff: path("diff.png"),
        regions: path("regions.png"),
        recipe: path("recipe.json"),
        loss: path("loss.csv"),
        tiers: recipe.quality === "full" ? { full: path("result.png") } : {},
      },
      width,
      height,
      tier: recipe.quality,
      tiers: { preview: GATES, [recipe.quality]: { ...GATES, score: 0.75 } },
      receipt: receipt(width, height),
      metrics: { iterations: 3 },
      seconds: SECONDS,
      peakMemoryBytes: 1e8,
      recipe,
      warnings: [{ code: "prompt-unread", message: "This model does not read prompts" }],
    };
  }

  async exportImage({ image, out, overwrite }: ExportRequest): Promise<ExportOutcome> {
    const exists = await stat(out).then(
      () => true,
      () => false,
    );
    if (exists && !overwrite) throw new EditError("out-exists", `Expected ${out} not to exist`);
    const { width, height, size, format } = await sharp(image).toFile(out);
    return { path: out, format, bytes: size, receipt: receipt(width, height), warnings: [] };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function receipt(width: number, height: number): Receipt {
  const outsidePixels = Math.round(width * height * 0.75);
  const editedBox: Box = [0, 0, Math.ceil(width / 2), Math.ceil(height / 2)];
  return {
    lossless: true,
    outsideChanged: 0,
    outsideSha256: "0".repeat(64),
    outsidePixels,
    editedBox,
    editableArea: 0.25,
  };
}

function boxOf(region: RegionSpec): Box {
  return "box" in region ? region.box : [0, 0, 8, 8];
}

function within([x0, y0, x1, y1]: Box, x: number, y: number): boolean {
  return x + 0.5 >= x0 && x + 0.5 < x1 && y + 0.5 >= y0 && y + 0.5 < y1;
}
