/** A box drawn over the picture, or a point where nothing was drawn; shares of the shown picture, 0–1. */

export type Pick =
  | { readonly type: "point"; readonly x: number; readonly y: number }
  | { readonly type: "box"; readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

/** A drag shorter than this is a click. */
const CLICK_PIXELS = 6;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Calls `picked` for every pick while `active` says so; `mark` is laid over what is being drawn. */
export function addPicker(
  stage: HTMLElement,
  mark: HTMLElement,
  active: () => boolean,
  picked: (pick: Pick) => void,
): void {
  let start: Place | undefined;
  stage.addEventListener("pointerdown", (event) => {
    if (!active() || event.button !== 0) return;
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    start = placeIn(stage, event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (start !== undefined) lay(mark, start, placeIn(stage, event));
  });
  stage.addEventListener("pointercancel", () => {
    start = undefined;
    mark.hidden = true;
  });
  stage.addEventListener("pointerup", (event) => {
    if (start === undefined) return;
    const pick = pickOf(start, placeIn(stage, event), stage);
    start = undefined;
    picked(pick);
  });
}

function placeIn(stage: HTMLElement, { clientX, clientY }: PointerEvent): Place {
  const { left, top, width, height } = stage.getBoundingClientRect();
  const share = (value: number) => Math.min(Math.max(value, 0), 1);
  return { x: share((clientX - left) / width), y: share((clientY - top) / height) };
}

function lay(mark: HTMLElement, a: Place, b: Place): void {
  const percent = (value: number) => `${value * 100}%`;
  mark.style.left = percent(Math.min(a.x, b.x));
  mark.style.top = percent(Math.min(a.y, b.y));
  mark.style.width = percent(Math.abs(a.x - b.x));
  mark.style.height = percent(Math.abs(a.y - b.y));
  mark.hidden = false;
}

function pickOf(a: Place, b: Place, stage: HTMLElement): Pick {
  const { clientWidth, clientHeight } = stage;
  const far = Math.max(Math.abs(a.x - b.x) * clientWidth, Math.abs(a.y - b.y) * clientHeight);
  if (far < CLICK_PIXELS) return { type: "point", ...b };
  return {
    type: "box",
    x0: Math.min(a.x, b.x),
    y0: Math.min(a.y, b.y),
    x1: Math.max(a.x, b.x),
    y1: Math.max(a.y, b.y),
  };
}
