/** The canvas with what floats over it: the tool's hint, the comparison, the zoom. */
import { useEffect, useRef } from "preact/hooks";
import { drawn } from "../actions/regions.ts";
import { drawingTool } from "../canvas/drawing-tools.ts";
import { DRAWINGS } from "../canvas/drawings.ts";
import { listenTo, type Strokes } from "../canvas/gestures.ts";
import { hovered, moveTool } from "../canvas/move-tool.ts";
import { fitShown } from "../canvas/side-by-side.ts";
import { mountStage } from "../canvas/stage.ts";
import { canvasSize } from "../canvas/view.ts";
import { canvasKeys } from "../keyboard/canvas-keys.ts";
import { tool } from "../state/tool.ts";
import { running, selecting } from "../state/work.ts";
import { t } from "../words.ts";
import { DrawOptions } from "./DrawOptions.tsx";
import { ResultBar } from "./ResultBar.tsx";
import { RunningBar } from "./RunningBar.tsx";
import { SliderHandle } from "./SliderHandle.tsx";
import { ViewTags } from "./ViewTags.tsx";
import { ZoomBar } from "./ZoomBar.tsx";

const CURSORS = { body: "move", rotate: "grab", anchor: "crosshair" } as const;

export function CanvasArea() {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => mounted(container.current), []);
  const over = hovered.value;
  const pointer =
    tool.value === "hand"
      ? "grab"
      : tool.value !== "move"
        ? "crosshair"
        : over
          ? (CURSORS[over as "body"] ?? "nwse-resize")
          : "default";
  return (
    <section class="canvas-area" aria-label={t("photo")}>
      <div
        class="canvas"
        ref={container}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application of its own, which takes keys
        tabIndex={0}
        style={{ cursor: pointer }}
        role="application"
        aria-label={t("canvasName")}
        id="canvas"
      />
      <ViewTags />
      <SliderHandle />
      <DrawOptions />
      {selecting.value > 0 && <p class="floating busy">{t("selecting")}</p>}
      {running.value ? <RunningBar /> : <ResultBar />}
      <ZoomBar />
    </section>
  );
}

function mounted(element: HTMLDivElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  let name = tool.value;
  let strokes = strokesFor(name);
  const strokesOf = () => {
    if (tool.value !== name) {
      strokes.cancel();
      name = tool.value;
      strokes = strokesFor(name);
    }
    return strokes;
  };
  const surface = document.createElement("div");
  element.append(surface);
  surface.className = "surface";
  const endStage = mountStage(surface, DRAWINGS);
  const endGestures = listenTo(element, strokesOf);
  const keys = canvasKeys(strokesOf);
  element.addEventListener("keydown", keys);
  // The size is known only after the first layout; the picture is fitted once then.
  const endFit = canvasSize.subscribe(({ width }) => {
    if (width > 0) fitShown();
  });
  return () => {
    endFit();
    element.removeEventListener("keydown", keys);
    endGestures();
    endStage();
    surface.remove();
  };
}

function strokesFor(name: typeof tool.value): Strokes {
  return drawingTool(name, (hint, joining) => void drawn(hint, joining)) ?? moveTool();
}
