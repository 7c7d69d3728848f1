/** What the agent offers to choose from, each with the address of a picture that shows it. */
import { addressOf } from "../api.ts";
import type { Choice } from "../state/chat.ts";

const WIDTH = 320;
/** Around a part of the picture, as a share of its longer side: a thing is known by what it stands on. */
const AROUND = 0.15;

/** `pictures` as the agent's event `question` has them; fields are looked at before use. */
export function choicesOf(words: unknown, pictures: unknown, imageId: string): readonly Choice[] {
  const shown = list(pictures);
  return list(words).map((say, i) => ({ say: typeof say === "string" ? say : "", ...shownAs(shown[i], imageId) }));
}

/** The candidates that the tool propose_intents answered with. */
export function readingsOf(structured: unknown): readonly Choice[] {
  const { candidates } = (structured ?? {}) as { candidates?: unknown };
  return list(candidates).flatMap((one) => {
    const { candidateId, prompt, reason } = (one ?? {}) as Record<string, unknown>;
    const say = [prompt, reason].find((words) => typeof words === "string" && words !== "");
    if (typeof candidateId !== "string" || typeof say !== "string") return [];
    return [{ say, candidateId, picture: addressOf.candidate(candidateId) }];
  });
}

function shownAs(value: unknown, imageId: string): Partial<Choice> {
  const { type, candidateId, box } = (value ?? {}) as Record<string, unknown>;
  if (type === "candidate" && typeof candidateId === "string") {
    return { candidateId, picture: addressOf.candidate(candidateId) };
  }
  const sides = list(box).filter((side) => typeof side === "number");
  return type === "box" && sides.length === 4 && imageId !== "" ? { picture: cropped(imageId, sides) } : {};
}

function cropped(imageId: string, [x0 = 0, y0 = 0, x1 = 0, y1 = 0]: readonly number[]): string {
  const margin = AROUND * Math.max(x1 - x0, y1 - y0);
  const crop = [x0 - margin, y0 - margin, x1 + margin, y1 + margin].map(Math.round);
  return `${addressOf.preview(imageId, WIDTH)}&crop=${crop.join(",")}`;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
