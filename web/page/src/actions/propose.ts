/** What a drag may mean: the server's readings, each with a small picture of where it leads. */
import { signal } from "@preact/signals";
import { api, type Candidate } from "../api.ts";
import { apply } from "../geometry/affine.ts";
import { affineOf, handlingOf } from "../geometry/motion.ts";
import { intent } from "../state/intent.ts";
import { handle, mark, type Operation } from "../state/operations.ts";
import { attempt } from "./attempt.ts";

export interface Proposed extends Candidate {
  readonly picture: string;
}
export const proposals = signal<{ readonly key: string; readonly list: readonly Proposed[] } | undefined>(undefined);
export const proposing = signal(false);

const EDGE = 320;

export async function propose({ key, region, handling }: Operation): Promise<void> {
  proposing.value = true;
  await attempt(async () => {
    const target = apply(affineOf(handling), region.centroid);
    const { candidates } = await api.intents(region.imageId, [{ regionId: region.regionId, target }], intent.value);
    const list: Proposed[] = [];
    for (const candidate of candidates) {
      // One after the other: a newer request of this tab ends the older one.
      const { picture } = await api.live({ candidateId: candidate.candidateId }, EDGE, new AbortController().signal);
      list.push({ ...candidate, picture: URL.createObjectURL(picture) });
    }
    proposals.value = { key, list };
  });
  proposing.value = false;
}

export function take({ key, region }: Operation, { operations, prompt }: Candidate): void {
  const motion = operations[0]?.motion;
  if (motion === undefined) return;
  mark();
  handle(key, handlingOf(motion, region.centroid));
  if (prompt !== "") intent.value = prompt;
  for (const { picture } of proposals.value?.list ?? []) URL.revokeObjectURL(picture);
  proposals.value = undefined;
}
