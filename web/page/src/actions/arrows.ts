/** What the agent is about to move, drawn before it runs: regions as it selects them, arrows as it plans. */
import { api } from "../api.ts";
import { apply, type Point } from "../geometry/affine.ts";
import { affineOf, handlingOf, type Motion } from "../geometry/motion.ts";
import { arrows } from "../state/chat.ts";
import type { Region } from "../state/region.ts";
import type { AgentEvent } from "./chat-lines.ts";
import { loadMask } from "./regions.ts";

export async function arrowsOf(event: AgentEvent): Promise<void> {
  try {
    if (event.type === "tool-result" && event.tool === "select_region") await shownRegion(event.structured);
    if (event.type === "tool-call") await shownMoves(event.args);
  } catch {
    // A picture of the plan only: the conversation goes on without it.
  }
}

async function shownRegion(structured: unknown): Promise<void> {
  const { regionId, centroid } = (structured ?? {}) as Partial<Region>;
  if (regionId === undefined || centroid === undefined) return;
  await loadMask(regionId);
  arrows.value = [...arrows.value.filter((one) => one.regionId !== regionId), { regionId, from: centroid }];
}

async function shownMoves(args: unknown): Promise<void> {
  const { operations } = (args ?? {}) as { operations?: readonly { regionId?: string; motion?: Motion }[] };
  if (!Array.isArray(operations)) return;
  const found = await Promise.all(operations.map(shownMove));
  if (found.length > 0) arrows.value = found.flat();
}

async function shownMove({ regionId, motion }: { regionId?: string; motion?: Motion }) {
  if (regionId === undefined || motion === undefined) return [];
  const { centroid } = await api.region(regionId);
  await loadMask(regionId);
  const target: Point = apply(affineOf(handlingOf(motion, centroid)), centroid);
  return [{ regionId, from: centroid, to: target }];
}
