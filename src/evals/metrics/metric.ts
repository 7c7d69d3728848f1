/** What a metric is: a number about one result, with what one must know to read it. */
import type { Scene } from "../scene.ts";

export interface Metric {
  /** Head of its column. */
  readonly label: string;
  /** Which way is better; "one" = the nearer to 1 the better. */
  readonly better: "higher" | "lower" | "one";
  readonly unit: string;
  /** Digits after the point in tables. */
  readonly digits: number;
  /** Undefined where the scene leaves nothing to measure. */
  of(scene: Scene): number | undefined;
}
