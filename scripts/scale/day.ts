/** A day of edits: who asks for what, and when. */
import type { Quality } from "../../src/engine/recipe/schema.ts";
import { uniform } from "../../src/evals/quality/random.ts";

export interface Edit {
  /** Seconds since midnight. */
  readonly at: number;
  readonly quality: Quality;
  readonly conversational: boolean;
}

/** Assumed of one visit: each person comes once a day, tries a few previews for every edit, talks in half of the visits. */
const VISIT = { fast: 5, full: 2, previews: 12, minutes: 20, talks: 0.5 };

/** Share of the day's visits by hour: quiet at four in the morning, busiest at eight in the evening. */
function shareOf(hour: number): number {
  return 1 + 0.9 * Math.cos((2 * Math.PI * (hour - 20)) / 24);
}

/** Sorted by time; the same for a seed. */
export function day(people: number, seed: number): Edit[] {
  const random = uniform(seed);
  const edits: Edit[] = [];
  for (let person = 0; person < people; person++) {
    const begins = visitAt(random);
    const conversational = random() < VISIT.talks;
    const wishes = { preview: VISIT.previews, fast: VISIT.fast, full: VISIT.full };
    for (const [quality, count] of Object.entries(wishes) as [Quality, number][]) {
      for (let i = 0; i < count; i++) {
        edits.push({ at: (begins + random() * VISIT.minutes * 60) % 86_400, quality, conversational });
      }
    }
  }
  return edits.sort((a, b) => a.at - b.at);
}

/** By rejection: an hour is taken as often as its share says. */
function visitAt(random: () => number): number {
  for (;;) {
    const at = random() * 86_400;
    if (random() * 1.9 < shareOf(at / 3600)) return at;
  }
}
