/** What a conversation knows, in lines: its history, its things, its costs. */
import { describeMotion, type Memory, namedThings } from "../agent/index.ts";
import { asMotion } from "../agent/local/merge.ts";
import type { Workspace } from "../session/index.ts";
import type { Said } from "./chat-order.ts";

/** The tree of pictures, indented by depth; `*` is where the conversation is. */
export function historyLines(history: Workspace["history"], current: string): string[] {
  const depth = new Map<string, number>();
  return history.nodes().map((node) => {
    const level = node.parent === null ? 0 : (depth.get(node.parent) ?? 0) + 1;
    depth.set(node.id, level);
    const what =
      node.type === "image" ? node.fileName : `${node.tier}, score ${node.gates[node.tier]?.score.toFixed(2)}`;
    return `${node.id === current ? "*" : " "} ${"  ".repeat(level)}${node.id} ${node.name ?? what}${node.favourite ? " ★" : ""}`;
  });
}

/** The things that were named, and what was done with each. */
export function regionLines(memory: Memory): string[] {
  return namedThings(memory).map(({ label, selection, motions }) => {
    return `${label}: ${selection.regionId}, ${describeMotion(asMotion(motions))}`;
  });
}

export function costLines(said: readonly Said[]): string[] {
  const all = said.map(({ outcome }) => outcome.used);
  const sum = (pick: (used: (typeof all)[number]) => number) => all.reduce((total, used) => total + pick(used), 0);
  const tokens = sum(({ spend }) => spend.inputTokens + spend.outputTokens);
  const money = all.findLast(({ spend }) => spend.money !== undefined)?.spend.money?.currency;
  const spent =
    money === undefined ? "price unknown" : `${sum(({ spend }) => spend.money?.amount ?? 0).toFixed(4)} ${money}`;
  return [
    `${all.length} turns, ${sum(({ rounds }) => rounds)} edits, ${sum(({ seconds }) => seconds).toFixed(1)} s`,
    tokens === 0
      ? "No model was asked."
      : `${tokens} tokens in ${sum(({ spend }) => spend.requests)} replies (${spent})`,
    `${sum(({ spend }) => spend.imageBytes)} bytes of pictures left this machine.`,
  ];
}
