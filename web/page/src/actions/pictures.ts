/** Opening pictures and showing the one that the history stands at. */
import { batch } from "@preact/signals";
import { addressOf, api } from "../api.ts";
import { canvasOf, contextOf } from "../canvas/mask-canvas.ts";
import { fitShown } from "../canvas/side-by-side.ts";
import { notify, say } from "../state/notices.ts";
import { resetOperations } from "../state/operations.ts";
import { current, type HistoryState, history, pixels } from "../state/picture.ts";
import { masks } from "../state/region.ts";
import { compareWith } from "../state/result.ts";
import { takeTool } from "../state/tool.ts";
import { opening, whenOpen } from "../state/work.ts";
import { t } from "../words.ts";
import { attempt } from "./attempt.ts";
import { draftsOf } from "./drafts.ts";

/** Screens show no more; zoomed in, the pixels of this copy are what one sees. */
const VIEW_EDGE = 2048;

export async function openPicture(file: Blob, name: string): Promise<void> {
  opening.value = true;
  await attempt(async () => {
    // A photo may be dropped before the first answer of the server.
    await whenOpen();
    const { warnings } = await api.upload(file, name);
    for (const { message } of warnings) notify("info", message);
    await refreshHistory();
    say(t("opened", { name }));
  });
  opening.value = false;
}

/** What the server says of the history, shown when the answers before it are. */
let line: Promise<void> = Promise.resolve();

export function refreshHistory(): Promise<void> {
  return showHistory(() => api.history());
}

/** Takes the server's word for where one is. Asked for at once, shown one after the other: two that tell of the same change
 * (an answer and the event beside it) must not both begin the picture anew, under what a person has already drawn. */
export function showHistory(ask: () => Promise<HistoryState>): Promise<void> {
  const answer = ask();
  // Heard of below, when its turn comes.
  answer.catch(() => {});
  const shown = line.then(async () => show(await answer));
  line = shown.catch(() => {});
  return shown;
}

/** Another picture than before is loaded and shown. */
async function show(next: HistoryState): Promise<void> {
  if (next.current === history.value.current) {
    history.value = next;
    return;
  }
  const size = sizeOf(current.value);
  await loadPixels(next);
  batch(() => {
    history.value = next;
    resetOperations([]);
    compareWith.value = undefined;
    masks.value = new Map();
    takeTool("object");
  });
  if (sizeOf(current.value) !== size) fitShown();
  await draftsOf(next.current);
}

async function loadPixels({ current: id, nodes }: HistoryState): Promise<void> {
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) {
    pixels.value = undefined;
    return;
  }
  const bitmap = await loaded(addressOf.preview(node.id, Math.min(VIEW_EDGE, node.width)));
  pixels.value = { id: node.id, bitmap, ratio: bitmap.width / node.width };
}

const LIMIT = 12;
const cache = new Map<string, Promise<HTMLCanvasElement>>();

/** A picture as a canvas; the newest few are kept, so that going back and forth is quick. */
export function loaded(url: string): Promise<HTMLCanvasElement> {
  const known = cache.get(url);
  if (known) return known;
  const loading = fetched(url);
  cache.set(url, loading);
  loading.catch(() => cache.delete(url));
  const [oldest] = cache.keys();
  if (cache.size > LIMIT && oldest !== undefined) cache.delete(oldest);
  return loading;
}

async function fetched(url: string): Promise<HTMLCanvasElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = canvasOf({ width: image.naturalWidth, height: image.naturalHeight });
  contextOf(canvas).drawImage(image, 0, 0);
  return canvas;
}

function sizeOf(node: { width: number; height: number } | undefined): string {
  return node === undefined ? "" : `${node.width}x${node.height}`;
}
