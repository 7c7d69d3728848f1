/** The last plates, so that moving the same regions of the same picture again only re-composites. */
import { createHash, type Hash } from "node:crypto";
import { boundingBox } from "../geometry/mask.ts";
import type { Rgb } from "../raster.ts";
import { buildPlate, type Plate, type PlateRegion, plateBytes } from "./plate.ts";
import { cropMask } from "./resample.ts";

export interface PlateLimits {
  readonly count: number;
  readonly bytes: number;
}

const LIMITS: PlateLimits = { count: 2, bytes: 300e6 };

export class PlateCache {
  /** In order of use, the latest last. */
  readonly #plates = new Map<string, Plate>();
  readonly #limits: PlateLimits;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** The plate of `buildPlate` with these arguments, built only if it is not among those kept. */
  plateOf(rgb: Rgb, regions: readonly PlateRegion[], seed: number): Plate {
    const key = keyOf(rgb, regions, seed);
    const plate = this.#plates.get(key) ?? buildPlate(rgb, regions, seed);
    this.#plates.delete(key);
    this.#plates.set(key, plate);
    this.#trim();
    return plate;
  }

  #trim(): void {
    let bytes = [...this.#plates.values()].reduce((sum, plate) => sum + plateBytes(plate), 0);
    for (const [key, plate] of this.#plates) {
      if (this.#plates.size <= this.#limits.count && bytes <= this.#limits.bytes) return;
      this.#plates.delete(key);
      bytes -= plateBytes(plate);
    }
  }
}

/** Equal exactly for equal pixels, regions, regimes and seeds. */
function keyOf(rgb: Rgb, regions: readonly PlateRegion[], seed: number): string {
  const hash = createHash("sha256").update(`${rgb.width} ${rgb.height} ${seed}\n`).update(rgb.data);
  for (const region of regions) addRegion(hash, region);
  return hash.digest("base64");
}

function addRegion(hash: Hash, { mask, drawn, keepSource, regime }: PlateRegion): void {
  const box = boundingBox(mask);
  hash.update(`\n${box} ${keepSource} ${regime}\n`);
  if (box === null) return;
  hash.update(cropMask(mask, box).data);
  if (drawn) hash.update("drawn").update(cropMask(drawn, box).data);
}
