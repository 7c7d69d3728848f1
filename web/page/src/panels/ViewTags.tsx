/** Which of the two pictures one sees, written on it. */

import { blinked, peeking } from "../canvas/result-view.ts";
import { besideAt } from "../canvas/side-by-side.ts";
import { toScreen } from "../canvas/view.ts";
import type { Point } from "../geometry/affine.ts";
import { current, type HistoryNode, titleOf } from "../state/picture.ts";
import { compareWith, comparing, other, resultView } from "../state/result.ts";
import { t } from "../words.ts";

interface Tag {
  readonly word: "before" | "after";
  /** Corner of the picture, on which it lies. */
  readonly at: Point;
  readonly side: "left" | "right";
}

export function ViewTags() {
  const node = current.value;
  if (node === undefined || !comparing.value) return null;
  return (
    <>
      {tagsOf(node).map(({ word, at, side }) => {
        const [left, top] = toScreen(at);
        return (
          <span key={word} class={`view-tag ${side}`} style={{ left: `${left}px`, top: `${top}px` }}>
            {nameOf(word, node)}
          </span>
        );
      })}
    </>
  );
}

/** Two that were picked go by their names. */
function nameOf(word: Tag["word"], node: HistoryNode): string {
  if (compareWith.value === undefined) return t(word);
  return titleOf(word === "before" ? other.value : node);
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
