/** Sessions and their trees, in lines for a person. */
import type { History, HistoryNode, SessionSummary, Workspace } from "../session/index.ts";

/** One line a picture. A chain of edits is not indented; a second child of a picture is. The current one is marked. */
export function treeLines({ history }: Workspace): string[] {
  const children = new Map<string | null, HistoryNode[]>();
  for (const node of history.nodes()) {
    const siblings = children.get(node.parent);
    if (siblings) siblings.push(node);
    else children.set(node.parent, [node]);
  }
  const lines: string[] = [];
  const open = (children.get(null) ?? []).map((node) => ({ node, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    lines.push(`${"  ".repeat(depth)}${nodeLine(node, history)}`);
    // The first child goes on where its parent stands, below the others that branch off.
    const [first, ...others] = children.get(node.id) ?? [];
    if (first) open.push({ node: first, depth });
    for (const other of others.reverse()) open.push({ node: other, depth: depth + 1 });
  }
  return lines;
}

function nodeLine(node: HistoryNode, history: History): string {
  const mark = node.id === history.current ? "→" : " ";
  const ends = [...history.branches()].filter(([, end]) => end === node.id).map(([name]) => `[${name}]`);
  const name = node.name === undefined ? [] : [JSON.stringify(node.name)];
  return [`${mark} ${node.id}`, what(node), ...name, ...(node.favourite ? ["★"] : []), ...ends].join("  ");
}

function what(node: HistoryNode): string {
  if (node.type === "image") return `${JSON.stringify(node.fileName)} ${node.width} x ${node.height}`;
  return `${node.recipe.operations.map(({ motion }) => motion.type).join(" + ")} (${node.tier})`;
}

/** One line. */
export function sessionLine({ id, changedAt, held, pictures, edits, problem }: SessionSummary): string {
  const time = changedAt.slice(0, 16).replace("T", " ");
  const shown = pictures.map((name) => JSON.stringify(name)).join(", ") || "no picture";
  const count = `${edits} ${edits === 1 ? "edit" : "edits"}`;
  return [id, `${time} UTC`, shown, count, ...(held ? ["open"] : []), ...(problem ? [`damaged: ${problem}`] : [])].join(
    "  ",
  );
}
