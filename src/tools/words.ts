/** Measures in words, for readers who see no JSON. */
import type { EditOutcome, Receipt, Warning } from "../engine/api.ts";

/** A share of 0–1: 0.123 → "12.3 %". */
export function percent(share: number): string {
  const value = share * 100;
  return `${value < 1 && value > 0 ? value.toFixed(2) : value.toFixed(1)} %`;
}

/** One sentence: what of the outside changed, and how much might have. */
export function receiptInWords(receipt: Receipt): string {
  const area = `${percent(receipt.editableArea)} of the picture could change`;
  if (receipt.outsideChanged === 0) {
    return `Outside the edit 0 of ${receipt.outsidePixels} pixels changed (bit-exact); ${area}.`;
  }
  const worst = receipt.outsideMaxDiff === undefined ? "" : `, by ${receipt.outsideMaxDiff} levels at most`;
  const psnr = receipt.outsidePsnr === undefined ? "" : ` (PSNR ${receipt.outsidePsnr.toFixed(1)} dB)`;
  const cause = receipt.lossless ? "" : " because the format is lossy";
  const outside = `Outside the edit ${receipt.outsideChanged} of ${receipt.outsidePixels} pixels changed${worst}${psnr}${cause}`;
  return `${outside}${keptInWords(receipt)}; ${area}.`;
}

function keptInWords({ jpeg }: Receipt): string {
  if (jpeg === undefined) return "";
  const whose = jpeg.exact ? "all that the edit did not meet" : "not all that the edit did not meet";
  return `, ${jpeg.keptMcus} of ${jpeg.keptMcus + jpeg.changedMcus} JPEG blocks (MCUs) kept their coefficients, ${whose}`;
}

/** Which tier's picture the result is, and why, or what the others scored. */
export function tierInWords({ tier, tiers, why }: Pick<EditOutcome, "tier" | "tiers" | "why">): string {
  if (why !== undefined) return `The ${tier} tier's picture: ${why}.`;
  const scores = Object.entries(tiers).map(([name, gates]) => `${name} ${gates.score.toFixed(3)}`);
  return scores.length > 1 ? `The ${tier} tier won (scores: ${scores.join(", ")}).` : `Made by the ${tier} tier.`;
}

/** One line. */
export function warningInWords(warning: Warning): string {
  return `warning ${warning.code}: ${warning.message}`;
}
