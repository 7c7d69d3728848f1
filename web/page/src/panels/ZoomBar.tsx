import { fitShown } from "../canvas/side-by-side.ts";
import { actualSize, zoomBy, zoomPercent } from "../canvas/view.ts";
import { t } from "../words.ts";
import { IconButton } from "./Icon.tsx";

export function ZoomBar() {
  return (
    <fieldset class="floating zoom" aria-label={t("zoom")}>
      <IconButton name="minus" label={t("zoomOut")} keys="-" size={16} onPress={() => zoomBy(0.8)} />
      <button
        type="button"
        class="zoom-value"
        title={`${t("zoomActual")} (1)`}
        aria-label={`${t("zoomActual")}, ${zoomPercent.value} %`}
        onClick={actualSize}
      >
        {zoomPercent.value} %
      </button>
      <IconButton name="plus" label={t("zoomIn")} keys="+" size={16} onPress={() => zoomBy(1.25)} />
      <IconButton name="fit" label={t("zoomFit")} keys="0" size={16} onPress={fitShown} />
    </fieldset>
  );
}
