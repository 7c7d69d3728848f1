/** What comes out of Redis is read as if a stranger had written it: no path, no other version, no other form. */
import { describe, expect, it } from "vitest";
import {
  blobRefSchema,
  failureOf,
  jobSchema,
  madeSchema,
  PROTOCOL_VERSION,
  wishSchema,
} from "../../src/queue/protocol.ts";

const blob = { hash: `sha256-${"A".repeat(43)}=`, bytes: 3 };
const recipe = { operations: [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }] };

describe("what Redis gives back", () => {
  it.each(["../../home/x.png", "/etc/passwd", "a/b.png", "..", "", "con", "a\0.png"])("names no file %j", (name) => {
    expect(wishSchema.safeParse({ picture: { ...blob, name: "a.png" }, recipe }).success).toBe(true);
    expect(wishSchema.safeParse({ picture: { ...blob, name }, recipe }).success).toBe(false);
    expect(madeSchema.shape.files.safeParse([{ ...blob, name }]).success).toBe(false);
  });

  it.each(["../../x", "sha256-../../../../etc/passwd", "md5-AAAA", ""])("names no blob %j", (hash) => {
    expect(blobRefSchema.safeParse(blob).success).toBe(true);
    expect(blobRefSchema.safeParse({ ...blob, hash }).success).toBe(false);
  });

  it("is of this version, or refused", () => {
    expect(jobSchema.safeParse({ version: PROTOCOL_VERSION, wish: blob }).success).toBe(true);
    expect(jobSchema.safeParse({ version: PROTOCOL_VERSION + 1, wish: blob }).success).toBe(false);
    expect(jobSchema.safeParse({ version: PROTOCOL_VERSION, wish: { path: "/etc" } }).success).toBe(false);
  });

  it("is an error of ours, or only a text", () => {
    expect(failureOf('{"code":"region-empty","message":"m"}')).toEqual({ code: "region-empty", message: "m" });
    for (const text of ['{"code":"toString","message":"m"}', "Error: x", '{"code":"usage"}', "null"]) {
      expect(failureOf(text)).toBeUndefined();
    }
  });
});
