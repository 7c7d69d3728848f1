/** Pointer events of mouse, pen and touch become strokes of the current tool, pans and zooms. */
import type { Point } from "../geometry/affine.ts";
import { tool } from "../state/tool.ts";
import { pan, toPicture, zoomAt } from "./view.ts";

export interface Press {
  readonly pointer: string;
  readonly shift: boolean;
  readonly alt: boolean;
}

/** A tool hears of strokes in pixels of the picture. */
export interface Strokes {
  down(at: Point, press: Press): void;
  move(at: Point, press: Press): void;
  up(at: Point, press: Press): void;
  /** The stroke was broken off: as if it had not begun. */
  cancel(): void;
  /** The pointer moves without a button. */
  hover?(at: Point, press: Press): void;
  /** Down and up are one: nothing is dragged. */
  readonly click?: boolean;
  /** A double click. */
  finish?(): void;
}

const MIDDLE = 1;
const WHEEL = 0.0016;
const PINCH = 0.01;

type Kind = "stroke" | "pan";

/** Returns what ends it. */
export function listenTo(element: HTMLElement, strokesOf: () => Strokes): () => void {
  const pointers = new Map<number, Point>();
  let kind: Kind | undefined;
  let space = false;
  const at = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const wantsPan = (event: PointerEvent) => event.button === MIDDLE || space || tool.value === "hand";

  function down(event: PointerEvent): void {
    if (event.button === 2) return;
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 2 && kind === "stroke") strokesOf().cancel();
    kind = pointers.size > 1 || wantsPan(event) ? "pan" : "stroke";
    if (kind === "stroke") strokesOf().down(toPicture(at(event)), pressOf(event));
    event.preventDefault();
  }
  function move(event: PointerEvent): void {
    const was = pointers.get(event.pointerId);
    const now = at(event);
    if (was === undefined) {
      strokesOf().hover?.(toPicture(now), pressOf(event));
      return;
    }
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    pointers.set(event.pointerId, now);
    if (kind === "pan") panned(was, now, others[0]);
    else if (kind === "stroke") {
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length > 0 ? events : [event]) strokesOf().move(toPicture(at(one)), pressOf(one));
    }
  }
  function up(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId)) return;
    if (kind === "stroke") {
      if (event.type === "pointercancel") strokesOf().cancel();
      else strokesOf().up(toPicture(at(event)), pressOf(event));
    }
    if (pointers.size === 0) kind = undefined;
  }
  function wheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) zoomAt(at(event), Math.exp(-event.deltaY * PINCH));
    else if (event.shiftKey || event.deltaX !== 0)
      pan(-(event.deltaX || event.deltaY), event.deltaX ? -event.deltaY : 0);
    else zoomAt(at(event), Math.exp(-event.deltaY * WHEEL));
  }
  function key(event: KeyboardEvent): void {
    if (event.key !== " " || (event.target !== element && event.target !== document.body)) return;
    space = event.type === "keydown";
    element.classList.toggle("panning", space);
  }

  const ends = [
    on(element, "pointerdown", down),
    on(element, "pointermove", move),
    on(element, "pointerup", up),
    on(element, "pointercancel", up),
    on(element, "wheel", wheel),
    on(element, "dblclick", () => strokesOf().finish?.()),
    on(document, "keydown", key),
    on(document, "keyup", key),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** With a second finger: the picture follows both. */
function panned(was: Point, now: Point, other: Point | undefined): void {
  if (other === undefined) {
    pan(now[0] - was[0], now[1] - was[1]);
    return;
  }
  pan((now[0] - was[0]) / 2, (now[1] - was[1]) / 2);
  const spread = (point: Point) => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
  zoomAt([(now[0] + other[0]) / 2, (now[1] + other[1]) / 2], spread(now) / spread(was));
}

function pressOf({ pointerType, shiftKey, altKey }: PointerEvent): Press {
  return { pointer: pointerType, shift: shiftKey, alt: altKey };
}

function on<E extends Event>(target: EventTarget, type: string, listener: (event: E) => void): () => void {
  // The events of this name are of this type: named side by side above.
  const heard = listener as EventListener;
  target.addEventListener(type, heard, { passive: false });
  return () => target.removeEventListener(type, heard);
}
