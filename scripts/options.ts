/** Writes docs/options.md, every engine constant with its range and default, from the zod schema. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { optionsSchema, settingsSchema } from "../src/engine/models/settings-schema.ts";

export const OPTIONS_FILE = fileURLToPath(new URL("../docs/options.md", import.meta.url));

const HEAD = `# Engine options

A bundle's \`dragflow.json\` holds these constants for its model; a recipe's \`options\` win over them. A name or a value
that is not listed here is refused before anything is computed. In a recipe:

\`\`\`json
{ "operations": [ ... ], "options": { "solver": "euler", "supervision": "point" } }
\`\`\`

"Required" means that every bundle must say it. This page is written by \`node --import tsx scripts/options.ts\`.
`;

const ABLATION = `
## Ablation switches

\`supervision\`, \`background\`, \`adapter\`, \`kv\` and \`init\` take one part of the method away at a time, on every bundle.
The receipt of an edit holds under all of them: pixels outside the editable area are pasted from the input at full
resolution, whatever the latents do there.

| switch | what changes |
|---|---|
| \`supervision: point\` | the region's affine target gives way to tracked points (its centroid; five points for rotations and scalings), on the same features |
| \`supervision: none\` | no iterations at all: what the start and the sampling do alone |
| \`background: loss\` | latents outside are held by a masked L1 term of weight \`backgroundWeight\` instead of being set back |
| \`background: none\` | nothing holds them |
| \`adapter: off\` | the subject adapter is left out whatever \`adapterScale\` says |
| \`kv: off\` | the source's K and V are neither captured nor replayed |
| \`init: warp\` | the latents start from the moved picture instead of the inverted one |
`;

interface Property {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Property[];
  readonly enum?: readonly unknown[];
  readonly items?: Property;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly default?: unknown;
  readonly description?: string;
}

export function optionsText(): string {
  // True for the schema at hand: an object of simple values, as the table's columns need.
  const schema = z.toJSONSchema(optionsSchema, { io: "input" }) as {
    properties: Record<string, Property>;
    required: string[];
  };
  const rows = Object.entries(schema.properties).map(([name, property]) => {
    const { description = "", default: standard } = property;
    const value = schema.required.includes(name) ? "required" : defaultText(standard);
    const where = name in settingsSchema.shape ? "" : " A recipe's only.";
    return `| \`${name}\` | ${valueText(property)} | ${value} | ${description}${where} |`;
  });
  return `${HEAD}\n| option | values | default | what it does |\n|---|---|---|---|\n${rows.join("\n")}\n${ABLATION}`;
}

function defaultText(value: unknown): string {
  return value === undefined ? "none" : `\`${JSON.stringify(value).replaceAll('"', "")}\``;
}

function valueText(property: Property): string {
  if (property.anyOf) return property.anyOf.map(valueText).join(" or ");
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(", ");
  if (property.items) return `list of ${valueText(property.items).replace("whole number", "whole numbers")}`;
  if (typeof property.type === "object")
    return property.type.map((type) => valueText({ ...property, type })).join(" or ");
  if (property.pattern !== undefined) return `\`DOUBLE-k-0\`, \`-1\` or \`-2\``;
  if (property.type === "integer" || property.type === "number") return numberText(property);
  return property.type === undefined ? "" : String(property.type);
}

function numberText({ type, minimum, exclusiveMinimum, maximum, multipleOf }: Property): string {
  const low = exclusiveMinimum === undefined ? minimum : exclusiveMinimum;
  const known = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const kind = type === "integer" ? "whole number" : "number";
  const from = known(low) ? ` ${exclusiveMinimum === undefined ? "from" : "above"} ${low}` : "";
  const to = known(maximum) ? ` to ${maximum}` : "";
  return `${kind}${from}${to}${multipleOf === undefined ? "" : `, a multiple of ${multipleOf}`}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(OPTIONS_FILE, optionsText());
