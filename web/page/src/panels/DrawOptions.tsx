/** What the tool in hand does, and how a drawn shape joins the selected region. */

import { selected } from "../state/operations.ts";
import { put } from "../state/put.ts";
import { comparing } from "../state/result.ts";
import { brushWidth, COMBINES, combine, isDrawing, tool } from "../state/tool.ts";
import { isWord, t, type Word } from "../words.ts";

const COMBINE_WORDS = { new: "combineNew", add: "combineAdd", subtract: "combineSubtract" } as const;

export function DrawOptions() {
  if (tool.value === "move" ? selected.value !== undefined : tool.value === "object" && comparing.value) return null;
  return (
    <div class="floating draw-options">
      <span>{t(hintWord())}</span>
      {tool.value === "brush" && (
        <label>
          <span class="sr-only">{t("brushWidth")}</span>
          <input
            type="range"
            min="2"
            max="200"
            value={brushWidth.value}
            onInput={(event) => put(brushWidth, Number(event.currentTarget.value))}
          />
          <output>{brushWidth.value} px</output>
        </label>
      )}
      {isDrawing.value && selected.value && (
        <select
          aria-label={t("combine")}
          value={combine.value}
          onChange={({ currentTarget }) => {
            combine.value = COMBINES.find((one) => one === currentTarget.value) ?? "new";
          }}
        >
          {COMBINES.map((one) => (
            <option key={one} value={one}>
              {t(COMBINE_WORDS[one])}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function hintWord(): Word {
  const name = selected.value === undefined && tool.value === "move" ? "object" : tool.value;
  const word = `hint${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return isWord(word) ? word : "hintMove";
}
