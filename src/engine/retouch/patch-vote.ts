/** Colours from a field of matches: every patch over a pixel votes for its own copy. */
import { Arena } from "../kernels/arena.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import type { Level } from "./patch-level.ts";

/** Rewrites the hole's pixels by the weighted mean of all patches over them; good matches and trusted places count more. */
export function vote({ arena, record }: Level): void {
  arena.kernels.vote(record);
}

/** Bytes of a `COPY` of the kernels. */
const COPY = 24;

/**
 * The full-size picture with the pixels of `box` copied by the field of a smaller level. Pixels without a match keep the
 * picture's value. `covered` is 255 where a copy was made.
 */
export function voteAtFullSize(rgb: Rgb, level: Level, box: Box): { copied: Rgb; covered: Mask } {
  const { width, height } = rgb;
  const canvas = canvasOf(rgb, level, box);
  const copied = { width, height, data: canvas.picture };
  const covered = { width, height, data: new Uint8Array(width * height) };
  const [x0, y0, x1, y1] = box;
  const across = x1 - x0;
  for (let y = y0, from = 0; y < y1; y++, from += across) {
    copied.data.set(canvas.colours.subarray(from * 3, (from + across) * 3), (y * width + x0) * 3);
    covered.data.set(canvas.covered.subarray(from, from + across), y * width + x0);
  }
  return { copied, covered };
}

/** A copy of the picture, the box's colours and what of it is covered, in memory of their own. */
function canvasOf({ width, height, data }: Rgb, level: Level, box: Box) {
  const area = (box[2] - box[0]) * (box[3] - box[1]);
  const bytes = level.hole.length * COPY;
  const arena = new Arena(data.length + bytes + area * 4 + FIXED, 0);
  const picture = arena.bytes(data.length + 1);
  picture.set(data);
  level.arena.kernels.copiesOf(level.record, width, height);
  const copies = arena.bytes(bytes);
  copies.set(level.arena.borrowed(bytes));
  const turns = arena.doubles([...level.turns]);
  const [colours, covered] = [arena.bytes(area * 3), arena.bytes(area)];
  // In the order of the class `Canvas` in `../kernels/assembly/full-size.ts`.
  const fields = [width, height, picture, ...box, level.width, level.height, copies, turns, colours, covered];
  arena.kernels.voteAtFullSize(arena.record(fields));
  return { picture: picture.subarray(0, data.length), colours, covered };
}

/** Bytes for `turns`, the record and the rounding up of beginnings. */
const FIXED = 1024;
