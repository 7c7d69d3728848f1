/** A long list of which only what is seen is in the page. */
import { el } from "./dom.js";

/** Rows [first, last) to build for a scroll position, a few more on either side. */
export function visibleRows(scrollTop, height, rowHeight, count, more = 6) {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - more);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + more);
  return [Math.min(first, last), last];
}

/** `row(item, index)` builds one of exactly `rowHeight` pixels. */
export function virtualList({ rowHeight, row }) {
  const inner = el("div", { class: "rows" });
  const root = el("div", { class: "list", role: "listbox", tabindex: "0", "aria-label": "Cases" }, inner);
  let items = [];
  let shown = "";

  const draw = () => {
    const [first, last] = visibleRows(root.scrollTop, root.clientHeight, rowHeight, items.length);
    const mark = `${first}-${last}`;
    if (mark === shown) return;
    shown = mark;
    inner.replaceChildren(
      ...items.slice(first, last).map((item, i) => {
        const node = row(item, first + i);
        node.style.top = `${(first + i) * rowHeight}px`;
        return node;
      }),
    );
  };

  root.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(root);
  return {
    root,
    inner,
    show(next) {
      items = next;
      inner.style.height = `${items.length * rowHeight}px`;
      shown = "";
      draw();
    },
    again() {
      shown = "";
      draw();
    },
    reveal(index) {
      const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
      if (top < root.scrollTop) root.scrollTop = top;
      else if (bottom > root.scrollTop + root.clientHeight) root.scrollTop = bottom - root.clientHeight;
      draw();
    },
  };
}
