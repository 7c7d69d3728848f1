/** The prompts that a person picks in the host; their words are prompts/mcp/<name>.md. */
import { readFileSync } from "node:fs";
import { QUALITIES } from "../../engine/recipe/schema.ts";
import type { Workspace } from "../../session/index.ts";

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** What may be offered while the value is typed. */
  readonly values?: (workspace: Workspace) => readonly string[];
}

export interface PromptDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
}

const image: PromptArgument = {
  name: "image",
  description: "File inside the allowed folders, or the id of an opened picture or an edit",
  required: true,
  values: (workspace) => workspace.history.nodes().map(({ id }) => id),
};
const edit: PromptArgument = {
  name: "edit",
  description: "editId",
  required: true,
  values: (workspace) => workspace.history.nodes().flatMap(({ id, type }) => (type === "edit" ? [id] : [])),
};
const quality: PromptArgument = {
  name: "quality",
  description: "preview, fast or full; full without it",
  required: false,
  values: () => QUALITIES,
};

export const PROMPTS: readonly PromptDefinition[] = [
  {
    name: "drag_edit",
    title: "Drag something in a picture",
    description: "From a wish in words to a checked edit: open, select, preview, run, check",
    arguments: [
      image,
      { name: "request", description: "What should change, e.g. raise the left arm by 40 pixels", required: true },
      quality,
    ],
  },
  {
    name: "critique_edit",
    title: "Judge an edit",
    description: "Measures and looks at an edit, and says the one thing to change",
    arguments: [edit, { name: "goal", description: "What the edit was meant to do", required: false }],
  },
  {
    name: "plan_regions",
    title: "Plan regions and motions",
    description: "Which regions to select and how each should move; nothing is run",
    arguments: [image, { name: "request", description: "What should change", required: true }],
  },
];

/**
 * The prompt's words with the values filled in. A line that names an argument which was not given is left out. Values
 * are put in as they are, in one pass: what looks like a placeholder inside a value stays as it is.
 */
export function promptWords(name: string, values: Readonly<Record<string, string>>): string {
  const text = readFileSync(new URL(`../../../prompts/mcp/${name}.md`, import.meta.url), "utf8").trim();
  const lines = text.split("\n").filter((line) => placeholders(line).every((key) => Object.hasOwn(values, key)));
  return lines.map((line) => line.replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? "")).join("\n");
}

function placeholders(line: string): string[] {
  return [...line.matchAll(/\{\{(\w+)\}\}/g)].map(([, key = ""]) => key);
}
