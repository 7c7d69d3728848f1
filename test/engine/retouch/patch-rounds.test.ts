import { describe, expect, test } from "vitest";
import { type Random, randomFrom } from "../../../src/engine/retouch/grain.ts";
import { improveField, measureField } from "../../../src/engine/retouch/patch-improve.ts";
import { type Level, levelOf, trustByDistance } from "../../../src/engine/retouch/patch-level.ts";
import { settle } from "../../../src/engine/retouch/patch-rounds.ts";
import { vote } from "../../../src/engine/retouch/patch-vote.ts";
import { ground, inDisc, maskWhere, paint } from "../../helpers/pictures.ts";

/** A grainy ground whose hole begins with matches drawn at random. */
function begun(width: number, height: number): Level {
  const level = levelOf(paint(width, height, ground), maskWhere(width, height, inDisc(width / 2, height / 2, 16)));
  const random = randomFrom(11);
  trustByDistance(level);
  for (const target of level.targets) {
    level.field[target] = level.sources[Math.floor(random() * level.sources.length)] ?? 0;
  }
  vote(level);
  return level;
}

function meanCost(level: Level): number {
  measureField(level);
  return level.targets.reduce((sum, target) => sum + (level.cost[target] ?? 0), 0) / level.targets.length;
}

function round(level: Level, random: Random): void {
  measureField(level);
  improveField(level, 1, random);
  improveField(level, -1, random);
  vote(level);
}

describe("a level is searched", () => {
  test("while it is small, until further rounds find hardly better matches", () => {
    const level = begun(90, 70);
    settle(level, randomFrom(1));
    const found = meanCost(level);
    for (let k = 0; k < 2; k++) round(level, randomFrom(k + 2));
    expect(meanCost(level)).toBeGreaterThan(0.98 * found);
  });

  test("once and in one pass, when it is large", () => {
    const [level, same] = [begun(160, 120), begun(160, 120)];
    settle(level, randomFrom(1));
    measureField(same);
    improveField(same, 1, randomFrom(1));
    vote(same);
    expect(level.field).toEqual(same.field);
    expect(level.pixels).toEqual(same.pixels);
  });
});
