/** Photos that are dropped, pasted or chosen. */
import { signal } from "@preact/signals";
import { t } from "../words.ts";
import { openPicture } from "./pictures.ts";

/** A file is being held over the page. */
export const dropping = signal(false);

export function listenForFiles(): void {
  let depth = 0;
  addEventListener("dragenter", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    depth++;
    dropping.value = true;
  });
  addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    dropping.value = depth > 0;
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    dropping.value = false;
    void openFiles(event.dataTransfer?.files);
  });
  addEventListener("paste", (event) => void openFiles(event.clipboardData?.files));
}

/** One after the other: the last is shown. */
export async function openFiles(files: FileList | null | undefined): Promise<void> {
  for (const file of files ?? []) await openPicture(file, file.name || t("unnamedPaste"));
}

export function chooseFile(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.onchange = () => void openFiles(input.files);
  input.click();
}
