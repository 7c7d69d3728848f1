import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { allEnded } from "../../src/engine/all-ended.ts";

// A disk ran full under one of four pictures; the folder was removed while the other three were being written into it.
it("rejects with what failed once nobody works any more", async () => {
  const ended: string[] = [];
  const work = async (name: string, ms: number, fails: boolean) => {
    await sleep(ms);
    ended.push(name);
    if (fails) throw new Error(name);
    return name;
  };
  await expect(allEnded([work("a", 20, false), work("b", 0, true), work("c", 10, false)])).rejects.toThrow("b");
  expect(ended).toEqual(["b", "c", "a"]);
  expect(await allEnded([work("d", 5, false), work("e", 0, false)])).toEqual(["d", "e"]);
});
