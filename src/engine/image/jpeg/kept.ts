/** Proof read back from a written JPEG: where the edit did not reach it has the original's coefficients. */
import { EditError } from "../../../errors.ts";
import type { KeptCoefficients } from "../../api.ts";
import type { Jpeg } from "./jpeg.ts";
import { readJpeg } from "./read.ts";
import { walkMcu } from "./walk.ts";
import { sameSteps } from "./write.ts";

/** Reads both files anew. `touched` is 1 for the MCUs that the edit met: [mcusHigh, mcusWide]. */
export function keptCoefficients(original: Uint8Array, written: Uint8Array, touched: Uint8Array): KeptCoefficients {
  const [a, b] = [readJpeg(original), readJpeg(written)];
  if (!sameLayout(a, b))
    throw new EditError("engine-failed", "Expected the written JPEG to be laid out as the original");
  let [changedMcus, strayed] = [0, 0];
  touched.forEach((isTouched, mcu) => {
    if (sameMcu(a, b, mcu)) return;
    changedMcus++;
    if (isTouched === 0) strayed++;
  });
  return { keptMcus: touched.length - changedMcus, changedMcus, exact: strayed === 0 };
}

/** Sizes, sampling and steps: without them equal coefficients say nothing. */
function sameLayout(a: Jpeg, b: Jpeg): boolean {
  const same = a.width === b.width && a.height === b.height && a.components.length === b.components.length;
  return (
    same &&
    a.components.every(({ h, v, steps }, i) => {
      const other = b.components[i];
      return other !== undefined && other.h === h && other.v === v && sameSteps(steps, other.steps);
    })
  );
}

function sameMcu(a: Jpeg, b: Jpeg, mcu: number): boolean {
  const [x, y] = [mcu % a.mcusWide, Math.trunc(mcu / a.mcusWide)];
  let same = true;
  a.components.forEach((component, i) => {
    const other = b.components[i]?.coefficients ?? NONE;
    walkMcu(component, x, y, (at) => {
      for (let k = at; k < at + 64; k++) same &&= component.coefficients[k] === other[k];
    });
  });
  return same;
}

const NONE = new Int16Array();
