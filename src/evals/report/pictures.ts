/** The pictures that the page carries: made small enough that a page of hundreds of cases still opens. */
import { join } from "node:path";
import type { Engine } from "../../engine/api.ts";
import { methodLabel } from "../columns.ts";
import { type CaseResult, EDIT } from "../result.ts";

/** A picture as the page carries it. */
export interface CarriedPicture {
  readonly id: string;
  readonly label: string;
  /** data:image/… */
  readonly uri: string;
}

/** Bytes of all pictures of a page before base64, and what one may take. */
const PAGE_BYTES = 40e6;
const [LEAST_BYTES, MOST_BYTES] = [8_000, 160_000];
const SMALL_EDGE = 96;

/** Large for a few cases, smaller for many. */
export interface PictureSize {
  readonly maxEdge: number;
  readonly maxBytes: number;
}

export function sizeFor(pictures: number): PictureSize {
  const maxBytes = Math.round(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, PAGE_BYTES / Math.max(1, pictures))));
  return { maxBytes, maxEdge: maxBytes > 80_000 ? 900 : maxBytes > 25_000 ? 640 : 480 };
}

/** Files relative to the run's folder, by what they show; the first is the small one of the list. */
export function picturesOf(one: CaseResult, labels: ReadonlyMap<string, string>): (readonly [string, string])[] {
  if (one.status === "crashed" || one.pictures === undefined) return [];
  const results = one.methods.flatMap(({ method, picture }) => {
    // Doing nothing is the picture before.
    return picture === undefined || method === "nothing" ? [] : [[methodLabel(method, labels), picture] as const];
  });
  const { before, regions, editable, diff } = one.pictures;
  const edit = results.find(([label]) => label === EDIT)?.[1] ?? before;
  const others = results.filter(([label]) => label !== EDIT);
  return [
    ["thumbnail", edit],
    ["before", before],
    ["edit", edit],
    ["regions", regions],
    ["difference", diff],
    ["editable", editable],
    ...others,
  ];
}

/** @throws EditError where a picture of the run is gone. */
export async function carried(
  index: number,
  files: readonly (readonly [string, string])[],
  size: PictureSize,
  { engine, out, signal }: { engine: Engine; out: string; signal: AbortSignal },
): Promise<CarriedPicture[]> {
  const pictures: CarriedPicture[] = [];
  for (const [i, [label, file]] of files.entries()) {
    const wanted = i === 0 ? { maxEdge: SMALL_EDGE, maxBytes: LEAST_BYTES } : size;
    const { data, mimeType } = await engine.look({ image: join(out, file), ...wanted }, { signal });
    pictures.push({
      id: `p${index}-${i}`,
      label,
      uri: `data:${mimeType};base64,${Buffer.from(data).toString("base64")}`,
    });
  }
  return pictures;
}
