import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { hear, isRight, requestSchema } from "./hearing.ts";

const fixture = z
  .strictObject({
    blind: z.array(requestSchema),
    sighted: z.array(requestSchema),
    refused: z.array(z.strictObject({ say: z.string(), why: z.string() })),
  })
  .parse(parse(readFileSync("test/fixtures/requests.yaml", "utf8")));
const requests = [...fixture.blind, ...fixture.sighted];

describe("sixty requests", async () => {
  const heard = await Promise.all(requests.map(async (request) => ({ request, ...(await hear(request)) })));
  const right = heard.filter((one) => one.outcome.ok && isRight(one.request, one));
  const missed = heard.filter((one) => !right.includes(one));

  it("are sixty, a third of them written without sight of the grammar", () => {
    expect(requests).toHaveLength(60);
    expect(fixture.blind.length).toBeGreaterThanOrEqual(20);
  });

  it("are understood by the local planner, with the motion meant, in at least 85 of 100 cases", () => {
    const blind = right.filter(({ request }) => fixture.blind.includes(request)).length;
    console.info(
      `understood: ${right.length} of ${requests.length} (${((100 * right.length) / requests.length).toFixed(0)} %); ` +
        `of those written blind ${blind} of ${fixture.blind.length}; ` +
        `not: ${missed.map(({ request }) => `"${request.say}"`).join(", ")}`,
    );
    expect(right.length / requests.length).toBeGreaterThanOrEqual(0.85);
  });

  it("are otherwise refused with the reason, and change nothing", () => {
    for (const { request, outcome, port } of missed) {
      expect(outcome.refused?.message, request.say).toMatch(/\w+ \w+/);
      expect(outcome.refused?.hint, request.say).toBeTruthy();
      expect(port.argsOf("start_edit"), request.say).toHaveLength(request.after.length);
    }
  });
});

describe("what is no motion", () => {
  it.each(fixture.refused)("$say", async ({ say, why }) => {
    const { outcome, port } = await hear({ say, after: [] });
    expect(outcome).toMatchObject({ ok: false, refused: { message: expect.stringContaining(why) } });
    expect(port.calls.map(({ name }) => name).filter((name) => name !== "look")).toEqual([]);
  });
});
