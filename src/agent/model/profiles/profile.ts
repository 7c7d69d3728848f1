/** What has to be known about a model before it is shown a picture. */
import type { Price } from "../spend.ts";

/** How a model writes coordinates. `pixel` counts pixels of the picture as it was sent. */
export interface CoordinateSpace {
  readonly unit: "pixel" | "norm1000" | "norm1";
  readonly order: "xy" | "yx";
}

export interface ModelProfile {
  readonly name: string;
  /** Tested against the model's name, lower case. */
  readonly match: RegExp;
  readonly coordinates: CoordinateSpace;
  /** What the model was trained to call a box; taken for `box` in its arguments. */
  readonly boxKey: string;
  /** Longest side, bound on the shorter side, bound on the area, and what both sides are a multiple of: in pixels. */
  readonly edge: number;
  readonly shortEdge?: number | undefined;
  readonly pixels?: number | undefined;
  readonly multiple: number;
  /** Pictures that one request may hold. */
  readonly images: number;
  /** Whether the family is trained to call tools; the ladder finds out whether the endpoint lets it. */
  readonly tools: "native" | "json";
  /** Set by the user's file: prices change too often to ship. */
  readonly price?: Price | undefined;
}
