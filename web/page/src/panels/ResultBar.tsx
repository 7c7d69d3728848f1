/** How the result is set against what it was made from. */

import { titleOf } from "../state/picture.ts";
import { put } from "../state/put.ts";
import { compareWith, comparing, other, resultView, VIEWS } from "../state/result.ts";
import { t } from "../words.ts";
import { IconButton } from "./Icon.tsx";

const WORDS = {
  plain: "viewPlain",
  slider: "viewSlider",
  blink: "viewBlink",
  side: "viewSide",
  diff: "viewDiff",
  mask: "viewMask",
} as const;

export function ResultBar() {
  if (!comparing.value) return null;
  return (
    <div class="floating result-bar">
      <fieldset class="segments" aria-label={t("compare")}>
        {VIEWS.map((name) => (
          <button
            type="button"
            key={name}
            aria-pressed={resultView.value === name}
            onClick={() => put(resultView, name)}
          >
            {t(WORDS[name])}
          </button>
        ))}
      </fieldset>
      {compareWith.value !== undefined && (
        <span class="comparing">
          {t("comparing", { name: titleOf(other.value) })}
          <IconButton name="close" label={t("endCompare")} size={14} onPress={() => put(compareWith, undefined)} />
        </span>
      )}
    </div>
  );
}
