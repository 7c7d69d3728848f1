/** What a sentence says about geometry, before it meets a picture: no pixels of a region are known here. */
import { EditError } from "../../errors.ts";

export type Axis = "both" | "width" | "height";

/** "upright": its long axis upright; "straight": upright or flat, whichever is nearer. */
export type Stand = "upright" | "straight";

/** A quantity as said. `share` is a multiple of the region's own size; `plain` a number without a unit. */
export type Amount =
  | { readonly type: "px"; readonly value: number }
  | { readonly type: "percent"; readonly value: number; readonly to: boolean }
  | { readonly type: "degrees"; readonly value: number }
  | { readonly type: "times"; readonly value: number; readonly of: Axis }
  | { readonly type: "share"; readonly value: number; readonly of: Axis }
  | { readonly type: "vague"; readonly size: "little" | "lot" | "far" }
  | { readonly type: "plain"; readonly value: number };

/** x right, y down; components are -1, 0 or 1. */
export type Toward = readonly [x: -1 | 0 | 1, y: -1 | 0 | 1];

export type Place =
  | { readonly type: "point"; readonly at: readonly [number, number] }
  /** The region's box touches the named edges; [0, 0] is the middle of the picture. */
  | { readonly type: "edge"; readonly toward: Toward };

/** The fixed point of a rotation: a point of the picture, or a side ([0, 0]: the middle) of the region's own box. */
export type Pivot =
  | { readonly type: "point"; readonly at: readonly [number, number] }
  | { readonly type: "own"; readonly toward: Toward };

export type SpokenMotion =
  | { readonly type: "move"; readonly toward: Toward; readonly amount?: Amount; readonly stretch: boolean }
  /** With an axis only that way: "centre it horizontally". */
  | { readonly type: "place"; readonly place: Place; readonly stretch: boolean; readonly axis?: Axis }
  | { readonly type: "turn"; readonly clockwise: boolean; readonly amount?: Amount; readonly pivot?: Pivot }
  /** As it stood before it was turned; where it was not turned, by its own long axis. */
  | { readonly type: "upright"; readonly stand: Stand }
  | { readonly type: "scale"; readonly axis: Axis; readonly grow?: boolean; readonly amount?: Amount }
  /** The last motion once more: "a bit further", "the other way"; with a verb, the last one must be `of` its kind; `times` as
   * much of it where no amount was said. */
  | {
      readonly type: "again";
      readonly reverse: boolean;
      readonly of?: "move" | "turn";
      readonly amount?: Amount;
      readonly times?: number;
    };

export type Understood = {
  readonly type: "understood";
  /** The words for the thing: "cat's paw", "it"; empty where none were said. */
  readonly label: string;
  readonly motions: readonly SpokenMotion[];
  /** A copy is moved, the thing itself stays. */
  readonly keepSource: boolean;
  readonly assumed: readonly string[];
};
export type NotUnderstood = { readonly type: "not-understood"; readonly why: string; readonly hint: string };
export type Parsed = Understood | NotUnderstood;

export const EXAMPLES =
  'Say for example: "move the sign 40 px to the left", "turn it 30 degrees counter-clockwise", "make the door 20 % wider".';

export function notUnderstood(why: string, hint = EXAMPLES): EditError {
  return new EditError("not-understood", why, { hint });
}
