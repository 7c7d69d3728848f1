import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkedArguments } from "../../src/tools/arguments.ts";
import { editInput } from "../../src/tools/schemas.ts";

const SCHEMA = z.strictObject({
  id: z.string().min(1),
  size: z.number().max(10).optional(),
  mode: z.enum(["a", "b"]).optional(),
});

function refusal(schema: z.ZodType, raw: unknown): string {
  try {
    checkedArguments(schema, raw, "tool");
  } catch (error) {
    expect(error).toMatchObject({ code: "arguments-invalid" });
    return error instanceof Error ? error.message : "";
  }
  throw new Error("Expected a refusal");
}

describe("checkedArguments", () => {
  it("gives back what fits", () => {
    expect(checkedArguments(SCHEMA, { id: "x", size: 1 }, "tool")).toEqual({ id: "x", size: 1 });
  });

  it.each([
    [{ id: 3 }, "id: expected string, got 3"],
    [{}, "id: expected string, got nothing"],
    [undefined, "id: expected string, got nothing"],
    [null, "id: expected string, got nothing"],
    ["text", 'arguments: expected object, got "text"'],
    [{ id: "x", size: Number.NaN }, "size: expected number, got NaN"],
    [{ id: "x", size: 1e308 }, "size: Too big: expected number to be <=10, got 1e+308"],
    [{ id: "x", mode: "c" }, 'mode: expected one of "a"|"b", got "c"'],
    [{ id: "x", mode: { deep: [] } }, 'mode: expected one of "a"|"b", got an object'],
    [{ id: "x", more: 1 }, 'arguments: Unrecognized key: "more"'],
  ])("says of %j what to change", (raw, words) => {
    expect(refusal(SCHEMA, raw)).toBe(words);
  });

  it("names the alternative that was meant", () => {
    const edit = { imageId: "x", operations: [{ regionId: "r", motion: { type: "scale", factor: 2 } }] };
    expect(refusal(editInput, { ...edit, editable: "all" })).toBe(
      'editable: expected one of "auto"|"everything" or expected object, got "all"',
    );
    expect(refusal(editInput, { ...edit, editable: { box: [1, 2] } })).toMatch(/^editable\.box: .*4 items/);
  });

  it("stays short, whatever is sent", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key${i}`.repeat(100), i]));
    expect(refusal(SCHEMA, { ...many, id: "", size: "x".repeat(1e6), mode: 1 }).length).toBeLessThan(1000);
    const wide = z.object(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field${i}`, z.string()])));
    expect(refusal(wide, {})).toMatch(/and 25 more$/);
  });

  it("lets no character through that would not be seen", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not arrive
    expect(refusal(SCHEMA, { id: "x", mode: "\u001b[31m\u202e", "a\u0000b": 1 })).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
