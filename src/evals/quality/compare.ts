/** Case by case: is one row better than another? */
import type { CaseResult, Row } from "./run-case.ts";
import { type Scores, ZONES } from "./score.ts";

/** A zone may lose this much before an edit counts as worse, in dB. */
const DECIBEL = 0.3;
/** Differences of similarity below this are none. */
const NOISE = 1e-4;

export type Verdict = "better" | "equal" | "worse";

/**
 * Better: the editable area's SSIM or gradient similarity is higher, and no zone's PSNR is more than 0.3 dB lower. Worse: a
 * zone is more than 0.3 dB lower, or both similarities are. Undefined where a row was not run.
 */
export function verdict(result: CaseResult, row: Row, against: Row): Verdict | undefined {
  const [own, other] = [result.rows[row], result.rows[against]];
  if (own === undefined || other === undefined) return undefined;
  const gain = (score: string) => difference(own, other, score);
  if (ZONES.some((zone) => gain(`${zone}.psnr`) < -DECIBEL)) return "worse";
  const gains = [gain("editable.ssim"), gain("editable.gms")];
  if (gains.some((value) => value > NOISE)) return "better";
  return gains.every((value) => value < -NOISE) ? "worse" : "equal";
}

function difference(own: Scores, other: Scores, score: string): number {
  const [a, b] = [own[score], other[score]];
  return a === undefined || b === undefined ? 0 : a - b;
}

export type Tally = Readonly<Record<Verdict, number>> & { readonly cases: number };

export function tally(results: readonly CaseResult[], row: Row, against: Row): Tally {
  const verdicts = results.map((result) => verdict(result, row, against)).filter((one) => one !== undefined);
  const count = (wanted: Verdict) => verdicts.filter((one) => one === wanted).length;
  return { better: count("better"), equal: count("equal"), worse: count("worse"), cases: verdicts.length };
}

/** Cases in which the row's score is higher by more than the margin, within it, and lower. */
export function scoreTally(
  results: readonly CaseResult[],
  row: Row,
  against: Row,
  score: string,
  margin: number,
): Tally {
  const gains = results.flatMap(({ rows }) => {
    const [a, b] = [rows[row]?.[score], rows[against]?.[score]];
    return a === undefined || b === undefined ? [] : [a - b];
  });
  const better = gains.filter((gain) => gain > margin).length;
  const worse = gains.filter((gain) => gain < -margin).length;
  return { better, worse, equal: gains.length - better - worse, cases: gains.length };
}
