/**
 * PSNR, SSIM and GMSD of each zone (zones.ts) against what it should show (expected.ts). In target, editable and outside
 * likeness is good. In the vacated zone it is the reverse: what still looks like the original there has not been cleared;
 * these numbers do not say that a fill is good. target_psnr and source_psnr are in files of their own.
 */
import type { Rgb } from "../../engine/raster.ts";
import { type Direction, NO_NOISE, type Scorer } from "../scorer.ts";
import { expectedIn } from "./expected.ts";
import { gmsd } from "./gmsd.ts";
import { psnr, squaredError } from "./psnr.ts";
import { ssim } from "./ssim.ts";
import { ZONES, type Zone, zoneMask } from "./zones.ts";

type Measure = (a: Rgb, b: Rgb, where: ReturnType<typeof zoneMask>) => number | undefined;

interface Kind {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly source: string;
  /** Which way is more alike. */
  readonly alike: Direction;
  readonly measure: Measure;
}

const PSNR: Kind = {
  name: "psnr",
  unit: "dB",
  digits: 1,
  source: "10·log10(255²/MSE) over the zone, at most 100",
  alike: "up",
  measure: (a, b, where) => psnr([squaredError(a, b, where)]),
};
const SSIM: Kind = {
  name: "ssim",
  unit: "ratio",
  digits: 3,
  source: "Wang et al., IEEE TIP 2004",
  alike: "up",
  measure: ssim,
};
const GMSD: Kind = {
  name: "gmsd",
  unit: "ratio",
  digits: 3,
  source: "Xue et al., IEEE TIP 2014",
  alike: "down",
  measure: gmsd,
};

export const ZONE_SCORERS: readonly Scorer[] = [
  ...(["editable", "outside"] as const).map((zone) => zoneScorer(PSNR, zone)),
  ...[SSIM, GMSD].flatMap((kind) => ZONES.map((zone) => zoneScorer(kind, zone))),
];

function zoneScorer({ name, unit, digits, source, alike, measure }: Kind, zone: Zone): Scorer {
  return {
    name: `${name}_${zone}`,
    label: `${name} ${zone}`,
    direction: zone === "vacated" ? opposite(alike) : alike,
    unit,
    digits,
    source,
    noise: NO_NOISE,
    isDetail: true,
    score(sample) {
      return measure(expectedIn(sample, zone), sample.result.rgb, zoneMask(sample, zone));
    },
  };
}

function opposite(direction: Direction): Direction {
  return direction === "up" ? "down" : "up";
}
