/** What a drag may mean: the server's readings, each with a small picture of where it leads. */
import { signal } from "@preact/signals";
import { api, type Candidate } from "../api.ts";
import { apply } from "../geometry/affine.ts";
import { affineOf, handlingOf, type Motion } from "../geometry/motion.ts";
import { intent } from "../state/intent.ts";
import { handle, mark, type Operation } from "../state/operations.ts";
import { attempt } from "./attempt.ts";

export const proposals = signal<{ readonly key: string; readonly list: readonly Candidate[] } | undefined>(undefined);
export const proposing = signal(false);

export async function propose({ key, region, handling }: Operation): Promise<void> {
  proposing.value = true;
  await attempt(async () => {
    const target = apply(affineOf(handling), region.centroid);
    const items = [{ regionId: region.regionId, target }];
    const { candidates } = await api.intents(region.imageId, items, intent.value);
    proposals.value = { key, list: candidates };
  });
  proposing.value = false;
}

export function take({ key, region }: Operation, { operations, prompt }: Candidate): void {
  const motion = operations[0]?.motion;
  if (motion === undefined) return;
  mark();
  // Motions come as they are sent; the document's types have lists where the page has pairs.
  handle(key, handlingOf(motion as unknown as Motion, region.centroid));
  if (prompt !== "") intent.value = prompt;
  proposals.value = undefined;
}
