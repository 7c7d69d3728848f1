/** Files to take away. What is said of them was read back from the written file. */
import { signal } from "@preact/signals";
import { addressOf, api, type Export } from "../api.ts";
import { current, titleOf } from "../state/picture.ts";
import { attempt } from "./attempt.ts";

export const lastExport = signal<Export | undefined>(undefined);
export const exporting = signal(false);

export async function downloadAs(format: "original" | "png"): Promise<void> {
  const id = current.value?.id;
  if (id === undefined) return;
  exporting.value = true;
  const written = await attempt(() => api.export(id, format));
  exporting.value = false;
  if (written === undefined) return;
  lastExport.value = written;
  save(written.url, written.name);
}

export function downloadRecipe(): void {
  const node = current.value;
  if (node?.type === "edit") save(addressOf.recipe(node.id), `${stem()}-recipe.json`);
}

export function downloadReport(): void {
  const node = current.value;
  if (node?.type === "edit") save(addressOf.report(node.id), `${stem()}-report.html`);
}

function stem(): string {
  return titleOf(current.value).replace(/\.[^.]*$/, "") || "dragflow";
}

function save(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
