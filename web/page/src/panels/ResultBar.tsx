/** How the result is set against what it was made from. */

import { titleOf } from "../state/picture.ts";
import { comparable, compareWith, other, resultView, VIEWS } from "../state/result.ts";
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
  if (!comparable.value) return null;
  return (
    <div class="floating result-bar">
      <fieldset class="segments" aria-label={t("compare")}>
        {VIEWS.map((name) => (
          <button
            type="button"
            key={name}
            aria-pressed={resultView.value === name}
            onClick={() => void (resultView.value = name)}
          >
            {t(WORDS[name])}
          </button>
        ))}
      </fieldset>
      {compareWith.value !== undefined && (
        <span class="comparing">
          {t("comparing", { name: titleOf(other.value) })}
          <IconButton
            name="close"
            label={t("endCompare")}
            size={14}
            onPress={() => void (compareWith.value = undefined)}
          />
        </span>
      )}
    </div>
  );
}
