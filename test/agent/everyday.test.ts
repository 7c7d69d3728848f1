import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { hear, isRight, requestSchema } from "./hearing.ts";

const text = readFileSync("test/fixtures/requests-everyday.yaml", "utf8");
const { blind } = z.strictObject({ blind: z.array(requestSchema) }).parse(parse(text));

describe("forty everyday requests", async () => {
  const heard = await Promise.all(blind.map(async (request) => ({ request, ...(await hear(request)) })));
  const right = heard.filter((one) => one.outcome.ok && isRight(one.request, one));
  const missed = heard.filter((one) => !right.includes(one));

  it("are understood with the motion meant in at least 85 of 100 cases", () => {
    const list = missed.map(({ request, outcome }) => `"${request.say}" (${outcome.refused?.message ?? "otherwise"})`);
    console.info(`understood: ${right.length} of ${blind.length}; not: ${list.join(", ")}`);
    expect(blind).toHaveLength(40);
    expect(right.length / blind.length).toBeGreaterThanOrEqual(0.85);
  });

  it("are otherwise refused with the reason, and change nothing", () => {
    for (const { request, outcome, port } of missed) {
      expect(outcome.refused?.message, request.say).toMatch(/\w+ \w+/);
      expect(outcome.refused?.hint, request.say).toBeTruthy();
      expect(port.argsOf("start_edit"), request.say).toHaveLength(request.after.length);
    }
  });
});
