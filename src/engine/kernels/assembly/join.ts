/** Joining copies from places of different brightness: keep each copy's gradients, let go of the steps between copies (Pérez et
 * al., "Poisson Image Editing", 2003). In a sky those steps are what shows. */
import { columnOf, Level, pixelAt, sourceOf, turnOf } from "./level";
import { note, relax, UNKNOWN } from "./relax";

const SWEEPS: i32 = 60;
const OVER_RELAXATION: f32 = 1.7;
/** How much each pixel is held at its own colour against each of its neighbours: steps are spread over about 1 / √HOLD
 * pixels, and the tone of the border (a shadow that stays) does not flow into the hole. */
const HOLD: f32 = 0.02;
/** Larger steps, in levels, are structure: a horizon, a trunk. */
const STRUCTURE: f32 = 14;

/** Solves the level's hole pixels from the matches' gradients with the known pixels around as border; changes `pixels`. */
export function joinGradients(level: Level): void {
  const count = level.width * level.height;
  let end = level.scratch;
  for (let i = 0; i < count; i++) {
    if (load<u8>(level.hole + i) === 0) continue;
    noteUnknown(level, end, i);
    end += UNKNOWN;
  }
  relax(level.scratch, end, SWEEPS, 4 + HOLD, OVER_RELAXATION);
}

/** Beyond the picture a pixel is its own neighbour, so that there is no slope across the edge. */
function noteUnknown(level: Level, at: usize, i: i32): void {
  const width = level.width;
  const x = columnOf(level, i);
  const left = x > 0 ? i - 1 : i;
  const right = x < width - 1 ? i + 1 : i;
  const above = i >= width ? i - width : i;
  const below = i + width < width * level.height ? i + width : i;
  const pixel = pixelAt(level, i);
  const across = f32x4.add(wantedStep(level, i, left), wantedStep(level, i, right));
  const down = f32x4.add(wantedStep(level, i, above), wantedStep(level, i, below));
  const own = f32x4.mul(f32x4.splat(HOLD), v128.load(pixel));
  const wanted = f32x4.add(own, f32x4.add(across, down));
  note(at, pixel, pixelAt(level, left), pixelAt(level, right), pixelAt(level, above), pixelAt(level, below), wanted);
}

/** Difference of neighbouring pixels i and j in the copies that each of them belongs to, averaged. */
function wantedStep(level: Level, i: i32, j: i32): v128 {
  const found = step(level, i, j);
  if (i === j || turnOf(level, i) !== 0 || turnOf(level, j) !== 0) return found;
  const fromI = sourceOf(level, i);
  const fromJ = sourceOf(level, j);
  const both = f32x4.add(step(level, fromI, fromI + j - i), step(level, fromJ + i - j, fromJ));
  const copied = f32x4.mul(both, f32x4.splat(0.5));
  const structure = f32x4.gt(f32x4.abs(f32x4.sub(found, copied)), f32x4.splat(STRUCTURE));
  return v128.bitselect(found, copied, structure);
}

function step(level: Level, i: i32, j: i32): v128 {
  return f32x4.sub(v128.load(pixelAt(level, i)), v128.load(pixelAt(level, j)));
}
