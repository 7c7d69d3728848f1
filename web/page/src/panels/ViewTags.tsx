/** Which of the two pictures one sees, written on it. */

import { blinked, peeking } from "../canvas/result-view.ts";
import { besideAt } from "../canvas/side-by-side.ts";
import { toScreen } from "../canvas/view.ts";
import type { Point } from "../geometry/affine.ts";
import { operations } from "../state/operations.ts";
import { current, type HistoryNode } from "../state/picture.ts";
import { comparable, resultView } from "../state/result.ts";
import { t } from "../words.ts";

interface Tag {
  readonly word: "before" | "after";
  /** Corner of the picture, on which it lies. */
  readonly at: Point;
  readonly side: "left" | "right";
}

export function ViewTags() {
  const node = current.value;
  if (node === undefined || !comparable.value || operations.value.length > 0) return null;
  return (
    <>
      {tagsOf(node).map(({ word, at, side }) => {
        const [left, top] = toScreen(at);
        return (
          <span key={word} class={`view-tag ${side}`} style={{ left: `${left}px`, top: `${top}px` }}>
            {t(word)}
          </span>
        );
      })}
    </>
  );
}

function tagsOf(node: HistoryNode): readonly Tag[] {
  if (peeking.value) return [{ word: "before", at: [0, 0], side: "left" }];
  switch (resultView.value) {
    case "slider":
      return [
        { word: "before", at: [0, 0], side: "left" },
        { word: "after", at: [node.width, 0], side: "right" },
      ];
    case "side":
      return [
        { word: "before", at: besideAt(node), side: "left" },
        { word: "after", at: [0, 0], side: "left" },
      ];
    case "blink":
      return [{ word: blinked.value ? "before" : "after", at: [0, 0], side: "left" }];
    default:
      return [];
  }
}
