/** Parts of a picture that mean something for an edit, as masks of its size, 0 or 255. */
import { emptyMask, erode, subtract, union } from "../../engine/geometry/mask.ts";
import type { Mask } from "../../engine/raster.ts";
import type { Sample } from "../sample.ts";

/** The rim of a moved region is blended with what is behind it: it is left out, 1 pixel. */
const RIM = 1;

export const ZONES = ["target", "vacated", "editable", "outside"] as const;
export type Zone = (typeof ZONES)[number];

/**
 * - target: where the regions should be now, without the rim
 * - vacated: what they left and none covers again
 * - editable: may change, but is neither source nor target
 * - outside: may not change
 */
export function zoneMask({ regions, editable }: Pick<Sample, "regions" | "editable">, zone: Zone): Mask {
  const all = (pick: (region: (typeof regions)[number]) => Mask) =>
    regions.map(pick).reduce(union, emptyMask(editable));
  switch (zone) {
    case "target":
      return erode(
        all((region) => region.target),
        RIM,
      );
    case "vacated":
      return all((region) => region.vacated);
    case "editable":
      return subtract(
        editable,
        union(
          all((region) => region.source),
          all((region) => region.target),
        ),
      );
    case "outside":
      return { ...editable, data: editable.data.map((value) => (value === 0 ? 255 : 0)) };
    default: {
      const unknown: never = zone;
      throw new TypeError(`Expected a known zone, got ${String(unknown)}`);
    }
  }
}
