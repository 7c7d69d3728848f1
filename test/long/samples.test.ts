/** A short sample of each part of the long runs (`npm run test:long`), so that none of them rots. */
import { describe, expect, it } from "vitest";
import { blobsPart } from "./blobs.ts";
import { clockPart } from "./clock.ts";
import { diskFullPart, readOnlyPart } from "./disk.ts";
import { killsPart } from "./kills/kills.ts";
import type { PartOptions, PartResult } from "./part.ts";
import { FROM_SOURCE } from "./program.ts";
import { replaysPart } from "./replays.ts";
import { SmallDisk } from "./small-disk.ts";
import { soakPart } from "./soak/soak.ts";

const NO_DISK = await SmallDisk.whyNot();
const because = NO_DISK === undefined ? "" : ` (${NO_DISK})`;

function sample(runs: number, seed = 1): PartOptions {
  return { seed, runs, minutes: 0, program: FROM_SOURCE, log: () => {} };
}

function flawless({ faults, figures }: PartResult): PartResult["figures"] {
  expect(faults).toEqual([]);
  return figures;
}

describe("a sample of each long run", { timeout: 120_000 }, () => {
  it("kills: the engine and the server", async () => {
    expect(flawless(await killsPart(sample(2), ["engine", "server"]))).toMatchObject({
      "kills of the engine": 1,
      "kills of the server": 1,
    });
  });

  it("blobs: damaged files", async () => {
    const figures = flawless(await blobsPart(sample(5, 3)));
    expect(Number(figures.mended)).toBeGreaterThan(0);
    expect(Number(figures["found and named"])).toBeGreaterThan(0);
  });

  it("clock: set forwards and back", async () => {
    expect(flawless(await clockPart(sample(1)))).toMatchObject({ edits: 3 });
  });

  it("replays: histories against a model", async () => {
    expect(Number(flawless(await replaysPart(sample(4))).steps)).toBeGreaterThan(30);
  });

  it("soak: some seconds of traffic", async () => {
    const figures = flawless(await soakPart({ ...sample(0), minutes: 0.1, pause: 0.1, judged: false }));
    expect(Number(figures["sessions of a program"])).toBeGreaterThan(0);
    expect(Number(figures["sessions of an agent"])).toBeGreaterThan(0);
  });

  describe.skipIf(NO_DISK !== undefined)(`on a small disk${because}`, () => {
    it("disk-full: refused, and done once there is room", async () => {
      expect(Number(flawless(await diskFullPart(sample(6, 2))).refused)).toBeGreaterThan(1);
    });

    it("read-only: refused, and done once it is writable", async () => {
      expect(Number(flawless(await readOnlyPart(sample(1))).refused)).toBeGreaterThan(5);
    });
  });
});
