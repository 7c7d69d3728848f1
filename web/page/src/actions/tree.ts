/** What is done to the history itself. */
import { api } from "../api.ts";
import { askFor } from "../state/layout.ts";
import type { HistoryNode } from "../state/picture.ts";
import { t } from "../words.ts";
import { attempt } from "./attempt.ts";
import { hasUnsaved } from "./edits.ts";
import { showHistory } from "./pictures.ts";

/** Prepared moves stay with their picture; going elsewhere is asked about all the same. */
export async function leaving(go: () => Promise<void>): Promise<void> {
  if (hasUnsaved()) {
    const answer = await askFor({ title: t("unsavedTitle"), text: t("unsavedText"), confirm: t("goOn") });
    if (answer === undefined) return;
  }
  await go();
}

export async function toggleFavourite({ id, favourite }: HistoryNode): Promise<void> {
  await attempt(async () => showHistory(() => api.changeNode(id, { favourite: !favourite })));
}

export async function renameNode({ id, name = "" }: HistoryNode): Promise<void> {
  const chosen = await askFor({ title: t("renameTo"), value: name, confirm: t("ok") });
  if (chosen?.trim()) await attempt(async () => showHistory(() => api.changeNode(id, { name: chosen.trim() })));
}

export async function branchFrom({ id }: HistoryNode): Promise<void> {
  const chosen = await askFor({ title: t("branchName"), value: "", confirm: t("ok") });
  if (chosen?.trim()) await attempt(async () => showHistory(() => api.branch(chosen.trim(), id)));
}

export async function removeNode({ id }: HistoryNode): Promise<void> {
  const sure = await askFor({ title: t("deleteNode"), text: t("deleteSure"), confirm: t("deleteNode"), danger: true });
  if (sure !== undefined) await attempt(async () => showHistory(() => api.removeNode(id)));
}
