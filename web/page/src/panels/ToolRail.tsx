/** The tools, one of them in hand. */
import { drawn } from "../actions/regions.ts";
import { TOOLS, takeTool, tool } from "../state/tool.ts";
import { t } from "../words.ts";
import { IconButton } from "./Icon.tsx";

const KEYS = { move: "V", object: "O", box: "B", lasso: "L", polygon: "P", brush: "R", hand: "H" } as const;
const WORDS = {
  move: "toolMove",
  object: "toolObject",
  box: "toolBox",
  lasso: "toolLasso",
  polygon: "toolPolygon",
  brush: "toolBrush",
  hand: "toolHand",
} as const;

export function ToolRail() {
  return (
    <div class="rail" role="toolbar" aria-label={t("tools")} aria-orientation="vertical">
      {TOOLS.map((name) => (
        <>
          {name === "hand" && (
            <IconButton name="whole" label={t("wholeObject")} keys="W" onPress={() => void drawn({ salient: true })} />
          )}
          <IconButton
            key={name}
            name={name}
            label={t(WORDS[name])}
            keys={KEYS[name]}
            pressed={tool.value === name}
            onPress={() => takeTool(name)}
          />
        </>
      ))}
    </div>
  );
}
