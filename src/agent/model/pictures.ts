/** Pictures on their way to a model: in its size, with its grid, each leaving said once a turn. */
import { type GridLabels, type Size, visionView } from "../../engine/image/vision-view.ts";
import type { Box } from "../../engine/raster.ts";
import type { ToolImage } from "../port.ts";
import type { CoordinateSpace, ModelProfile } from "./profiles/profile.ts";

/** A picture as it is sent. */
export interface Shot extends Size {
  readonly url: string;
  readonly bytes: number;
}

/** How a picture is to be shown; its own size within the profile's limits where `size` is absent. */
export interface Framing {
  readonly size?: Size | undefined;
  readonly grid?: GridLabels | undefined;
}

export class Pictures {
  readonly #profile: ModelProfile;
  /** The same answer is shown again in every later request. */
  readonly #shots = new WeakMap<ToolImage, Map<string, Promise<Shot>>>();
  #told = new Set<string>();

  constructor(profile: ModelProfile) {
    this.#profile = profile;
  }

  shot(image: ToolImage, framing: Framing = {}): Promise<Shot> {
    const framed = this.#shots.get(image) ?? new Map<string, Promise<Shot>>();
    this.#shots.set(image, framed);
    const key = JSON.stringify(framing);
    const made = framed.get(key) ?? this.#make(image, framing);
    framed.set(key, made);
    return made;
  }

  /** A new turn: what was told before may be told again. */
  forget(): void {
    this.#told = new Set();
  }

  /** Those of the shots that were not told yet. */
  untold(shots: readonly Shot[]): Shot[] {
    const fresh = shots.filter(
      ({ url }, at) => !this.#told.has(url) && shots.findIndex((one) => one.url === url) === at,
    );
    for (const { url } of fresh) this.#told.add(url);
    return fresh;
  }

  async #make(image: ToolImage, { size, grid }: Framing): Promise<Shot> {
    const bytes = Buffer.from(image.data, "base64");
    try {
      const view = await visionView(bytes, size ?? this.#profile, grid);
      return shotOf(Buffer.from(view.data), view.mimeType, view);
    } catch {
      // A tool elsewhere may answer with a kind that we do not read; the model may.
      return shotOf(bytes, image.mimeType, size ?? { width: 0, height: 0 });
    }
  }
}

function shotOf(bytes: Buffer, mimeType: string, { width, height }: Size): Shot {
  return { url: `data:${mimeType};base64,${bytes.toString("base64")}`, bytes: bytes.length, width, height };
}

/** What the model calls the sides of a part of the picture; of the whole one where `part` is absent. */
export function gridLabels(space: CoordinateSpace, full: Size, shown: Size, part?: Box): GridLabels | undefined {
  const [x0, y0, x1, y1] = part ?? [0, 0, full.width, full.height];
  const labels = (from: number, to: number, length: number, pixels: number) => {
    const unit = space.unit === "pixel" ? pixels : 1000;
    return [(from / length) * unit, (to / length) * unit] as const;
  };
  // Digits are all that the grid can write, and shares of the side are fractions.
  if (space.unit === "norm1") return undefined;
  return { x: labels(x0, x1, full.width, shown.width), y: labels(y0, y1, full.height, shown.height) };
}
