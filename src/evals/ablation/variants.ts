/** What the ablation suite tries: rows of the paper's tables 3 and 5, and this project's own switches. Each is an edit by
 * the engine with other options; the model's picture counts, whatever the preview would have scored. */
import type { Recipe } from "../../engine/recipe/schema.ts";

export interface Variant {
  readonly label: string;
  readonly options: Recipe["options"];
  /** Replaces the recipe's prompt. */
  readonly prompt?: "none" | "wrong" | "right";
}

export interface Ablation {
  readonly name: string;
  readonly title: string;
  /** The first is what the others are compared with. */
  readonly variants: readonly Variant[];
}

/** The model's own picture of the whole editable area, in one look: whatever a bundle keeps of it by default. */
const OWN = { change: "edit-area", changeShare: 1, scales: "one" } as const;
/** The published start: the inverted picture, nothing of the preview shown. */
const INVERTED = { ...OWN, init: "inversion", condition: "edit-area" } as const;
/** The published algorithm. */
const PAPER = { ...INVERTED, kv: "on", adapter: "off" } as const;
const REGION = { ...PAPER, supervision: "region", background: "hard" } as const;
/** For prompts: something that no picture of a set shows. */
export const WRONG_PROMPT = "a row of parked bicycles in front of a brick wall at night";

/** `features` are those of the bundle, to try its blocks one by one; `iterations` its transport iterations. */
export function ablations(bundle: {
  readonly features: readonly string[];
  readonly iterations: number;
  readonly doubles: number;
  readonly readsPrompts: boolean;
  readonly hasAdapter: boolean;
}): Ablation[] {
  const paper: Ablation = {
    name: "table-3",
    title: "Point, region, background, adapter (the paper's Table 3)",
    variants: [
      { label: "point", options: { ...PAPER, supervision: "point", background: "none" } },
      { label: "region", options: { ...PAPER, supervision: "region", background: "none" } },
      { label: "region + background", options: { ...REGION } },
      ...(bundle.hasAdapter ? [{ label: "region + background + adapter", options: { ...REGION, adapter: "on" } }] : []),
    ],
  };
  const prompts: Ablation = {
    name: "table-5",
    title: "Prompts (the paper's Table 5)",
    variants: (["none", "wrong", "right"] as const).map((prompt) => ({
      label: `${prompt} prompt`,
      options: { ...OWN },
      prompt,
    })),
  };
  return [paper, ...(bundle.readsPrompts ? [prompts] : []), start(), keysValues(), blocks(bundle), iterations(bundle)];
}

function start(): Ablation {
  const variants = [
    { label: "inversion", options: { ...INVERTED } },
    { label: "preview, noised", options: { ...OWN, init: "warp", condition: "vacated" } },
    { label: "copied latents", options: { ...OWN, init: "copy", condition: "edit-area" } },
  ];
  return { name: "init", title: "Where the latents start", variants };
}

function keysValues(): Ablation {
  const variants = ["off", "on"].map((kv) => ({ label: `K/V ${kv}`, options: { ...OWN, kv } }));
  return { name: "kv", title: "Replay of the source's K and V", variants };
}

/** One double block at a time: the first, the middle one, and the bundle's own choice. */
function blocks({ features, doubles }: { features: readonly string[]; doubles: number }): Ablation {
  const single = [...new Set([0, Math.floor((doubles - 1) / 2), doubles - 1])];
  const variants = single.map((block) => ({
    label: `block ${block}`,
    options: { ...INVERTED, features: [`DOUBLE-${block}-0`, `DOUBLE-${block}-2`] },
  }));
  const own = { label: "the bundle's blocks", options: { ...INVERTED, features: [...features] } };
  return { name: "block", title: "Which block's features lead", variants: [own, ...variants] };
}

function iterations({ iterations: own }: { iterations: number }): Ablation {
  const counts = [...new Set([0, Math.round(own / 5), own])];
  const variants = counts.map((count) => ({
    label: `${count} + ${Math.round(0.4 * count)} iterations`,
    options: {
      ...INVERTED,
      transportIterations: count,
      intensifyIterations: Math.round(0.4 * count),
    },
  }));
  return { name: "iterations", title: "How long the drag goes on", variants };
}
