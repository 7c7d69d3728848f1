/** Output forms, the best first; a model that cannot do one is asked in the next. */
import type { Abilities } from "./memory.ts";
import type { ModelProfile } from "./profiles/profile.ts";

/** tools: native tool calls; schema: JSON that must follow a schema; prompt: JSON as asked for in words. */
export const RUNGS = ["tools", "schema", "prompt"] as const;
export type Rung = (typeof RUNGS)[number];

/** The best form that nothing speaks against. A family that is not trained to call tools may still have shown that it can. */
export function rungOf(abilities: Abilities, profile: Pick<ModelProfile, "tools">): Rung {
  const callsTools = abilities.tools ?? profile.tools === "native";
  if (callsTools) return "tools";
  return abilities.schema === false ? "prompt" : "schema";
}

export function without(abilities: Abilities, rung: Rung): Abilities {
  switch (rung) {
    case "tools":
      return { ...abilities, tools: false };
    case "schema":
      return { ...abilities, tools: false, schema: false };
    case "prompt":
      return abilities;
  }
}

export function withRung(abilities: Abilities, rung: Rung): Abilities {
  switch (rung) {
    case "tools":
      return { ...abilities, tools: true };
    case "schema":
      return { ...abilities, schema: true };
    case "prompt":
      return abilities;
  }
}

/** Statuses with which endpoints refuse a parameter that they do not know or a model cannot do. */
const UNSUPPORTED = [400, 404, 405, 415, 422, 500, 501];

export function meansUnsupported(status: number | undefined): boolean {
  return status !== undefined && UNSUPPORTED.includes(status);
}
