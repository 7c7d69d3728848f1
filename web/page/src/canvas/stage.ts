/** The canvas: Konva draws what the signals say, and nothing else changes it. */
import { effect } from "@preact/signals";
import Konva from "konva/lib/Core";
import { Shape } from "konva/lib/Shape";
import { canvasSize, view } from "./view.ts";

/** In pixels of the picture; `scale` is screen pixels per one of them. */
export type Drawing = (context: CanvasRenderingContext2D, scale: number) => void;

/** One layer a drawing, the lowest first; each is redrawn when a signal that it reads changes. Returns what ends it. */
export function mountStage(container: HTMLDivElement, drawings: readonly Drawing[]): () => void {
  const stage = new Konva.Stage({ container, width: 1, height: 1, listening: false });
  const ends = drawings.map((drawing) => addLayer(stage, drawing));
  const observer = new ResizeObserver(() => {
    canvasSize.value = { width: container.clientWidth, height: container.clientHeight };
  });
  observer.observe(container);
  ends.push(effect(() => void stage.size(canvasSize.value)));
  return () => {
    observer.disconnect();
    for (const end of ends) end();
    stage.destroy();
  };
}

function addLayer(stage: Konva.Stage, drawing: Drawing): () => void {
  const layer = new Konva.Layer({ listening: false });
  const shape = new Shape({
    listening: false,
    perfectDrawEnabled: false,
    sceneFunc: (context) => drawn(context._context, drawing),
  });
  layer.add(shape);
  stage.add(layer);
  // Drawn at once: so the effect knows which signals the drawing read.
  return effect(() => {
    canvasSize.value;
    layer.draw();
  });
}

function drawn(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { scale, x, y } = view.value;
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  drawing(context, scale);
  context.restore();
}
