/** What the history tool answers: where one is, the branches, the newest pictures. */
import { z } from "zod";
import type { HistoryNode } from "../session/index.ts";
import { clean } from "./clean.ts";
import type { ToolContext } from "./define.ts";
import { gatesOutput, qualityInput } from "./schemas.ts";

const node = z.object({
  id: z.string(),
  type: z.enum(["image", "edit"]),
  parent: z.string().nullable().describe("The picture it was made from; null for an opened one"),
  name: z.string().optional(),
  favourite: z.boolean(),
  createdAt: z.string(),
  width: z.number(),
  height: z.number(),
  fileName: z.string().optional().describe("Of an opened picture"),
  prompt: z.string().optional(),
  motions: z.array(z.string()).optional().describe("Kinds of motion, in order"),
  seed: z.number().optional(),
  model: z.object({ name: z.string(), version: z.string().optional() }).optional(),
  tier: qualityInput.optional(),
  outsideChanged: z.number().optional(),
  gates: gatesOutput.optional().describe("Of the tier that won"),
});
export type NodeView = z.input<typeof node>;

export const historyOutput = z.object({
  action: z.string(),
  current: z.string().nullable().describe("The picture one is at"),
  branch: z.string().nullable().describe("Its end moves with the next edit"),
  branches: z.array(z.object({ name: z.string(), end: z.string() })),
  pictures: z.number().describe("In the whole session"),
  nodes: z.array(node).describe("Newest first"),
  removed: z.array(z.string()).optional().describe("prune"),
  freedBytes: z.number().optional().describe("prune"),
  path: z.string().optional().describe("export"),
  bytes: z.number().optional().describe("export"),
  downloadUrl: z.string().optional().describe("export: where it can be fetched for a while, from other machines"),
  sessionId: z.string().optional().describe("import: the new session, for dragflow mcp --session"),
  deleted: z.string().optional().describe("delete-session: the session that is gone"),
});
export type HistoryView = z.input<typeof historyOutput>;

export function historyView(
  action: string,
  { workspace: { history } }: Pick<ToolContext, "workspace">,
  limit: number,
): HistoryView {
  const nodes = history.nodes();
  return {
    action,
    current: history.current ?? null,
    branch: history.currentBranch ?? null,
    branches: [...history.branches()].map(([name, end]) => ({ name, end })),
    pictures: nodes.length,
    nodes: nodes.slice(-limit).reverse().map(nodeView),
  };
}

function nodeView(shown: HistoryNode): NodeView {
  const { id, parent, name, favourite, createdAt, width, height } = shown;
  const common = { id, parent, favourite, createdAt, width, height, ...(name === undefined ? {} : { name }) };
  if (shown.type === "image") return { ...common, type: "image", fileName: clean(shown.fileName, 120) };
  const { recipe, seed, model, tier, receipt, gates } = shown;
  const won = gates[tier];
  return {
    ...common,
    type: "edit",
    prompt: recipe.prompt,
    motions: recipe.operations.map(({ motion }) => motion.type),
    seed,
    ...(model === undefined ? {} : { model }),
    tier,
    outsideChanged: receipt.outsideChanged,
    ...(won === undefined ? {} : { gates: won }),
  };
}

/** One line a picture, the newest first. */
export function historyText({ action, current, branch, branches, nodes }: HistoryView): string {
  const place = current === null ? "No picture is open." : `At ${current}${branch === null ? "" : ` on ${branch}`}.`;
  const ends = branches.map(({ name, end }) => `${name} → ${end}`).join(", ");
  const lines = action === "list" ? nodes.map(nodeText) : [];
  return [place, ...(ends === "" ? [] : [`Branches: ${ends}`]), ...lines].join("\n");
}

function nodeText({ id, type, parent, name, favourite, fileName, motions, tier }: NodeView): string {
  const what = type === "image" ? `opened as ${fileName}` : `${motions?.join(" + ")} of ${parent} (${tier})`;
  return `${id}${name === undefined ? "" : ` "${name}"`}${favourite ? " ★" : ""}: ${what}`;
}
