/** What the written file says, in sentences. */
import type { Edit, Receipt } from "../api.ts";
import { isWord, number, t } from "../words.ts";

export function outsideWords({ lossless, outsideChanged, outsidePixels, outsideMaxDiff = 0, jpeg }: Receipt): string {
  const values = { changed: number(outsideChanged), pixels: number(outsidePixels), most: number(outsideMaxDiff) };
  const outside = t(lossless || outsideChanged === 0 ? "receiptExact" : "receiptLossy", values);
  return jpeg === undefined || !jpeg.exact ? outside : `${outside}; ${keptWords(jpeg)}`;
}

function keptWords({ keptMcus, changedMcus }: NonNullable<Receipt["jpeg"]>): string {
  return t("receiptKept", { kept: number(keptMcus), all: number(keptMcus + changedMcus) });
}

export function receiptWords({ receipt, tier, seconds, peakMemoryBytes }: Edit): readonly string[] {
  return [
    outsideWords(receipt),
    t("receiptArea", { share: number(100 * receipt.editableArea, 1) }),
    t("receiptTier", { tier: tierWord(tier), seconds: number(seconds.total ?? 0, 1) }),
    ...(peakMemoryBytes > 0 ? [t("receiptMemory", { gb: number(peakMemoryBytes / 1e9, 1) })] : []),
  ];
}

export function tierWord(tier: string): string {
  return named("quality", tier);
}

/** What was done, of a motion's type. */
export function motionWord(type: string): string {
  return named("motion", type);
}

function named(prefix: string, name: string): string {
  const word = `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return isWord(word) ? t(word) : name;
}
