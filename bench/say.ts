/** Lines for whoever watches the bench run. */
import type { DragRow } from "./drag.ts";
import type { PassRow } from "./passes.ts";
import type { Spread } from "./rounds.ts";

export function dragLines(row: DragRow): string[] {
  const replay = row.replay ? "K and V replayed" : "no replay";
  const own = `  ${row.workingSize} px, ${replay}: ${ms(row.seconds)}, ${row.gflop.toFixed(2)} GFLOP, ${percent(row.share)} of GEMM`;
  const loops = row.loops.map(({ loop, seconds, ratio, agreement }) => {
    const apart = `loss ${agreement.loss.toExponential(1)}, gradient ${agreement.gradient.toExponential(1)} apart`;
    return `    torch ${loop}: ${ms(seconds)}, ratio ${range(ratio, 2)}; ${apart}`;
  });
  return [own, ...loops];
}

export function passLine({ pass, workingSize, seconds, gflop, share }: PassRow): string {
  return `  ${pass} at ${workingSize} px: ${ms(seconds)}, ${gflop.toFixed(2)} GFLOP, ${percent(share)} of GEMM`;
}

export function ms({ median, low, high }: Spread): string {
  const [a, b, c] = [median, low, high].map((value) => (1000 * value).toFixed(1));
  return `${a} ms (${b}–${c})`;
}

export function percent({ median, low, high }: Spread): string {
  const [a, b, c] = [median, low, high].map((value) => (100 * value).toFixed(0));
  return `${a} % (${b}–${c})`;
}

export function range({ median, low, high }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}
