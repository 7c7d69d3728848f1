/** What the system says of a disk, in the user's words, however deep it lies. */
import { describe, expect, it } from "vitest";
import { EditError, errorRecord, exitCodeOf, httpStatusOf, knownError } from "../src/errors.ts";

const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

describe("a full disk", () => {
  it.each([
    ["as Node says it", full],
    ["as a library quotes it", new Error("VipsForeignSavePng: unable to write: No space left on device")],
    ["behind a refusal that blames the picture", new EditError("image-unreadable", "got ENOSPC", { cause: full })],
    [
      "two refusals deep",
      new EditError("usage", "no", { cause: new EditError("image-unreadable", "no", { cause: full }) }),
    ],
  ])("%s", (_, error) => {
    expect(errorRecord(error)).toMatchObject({ code: "disk-full", hint: expect.stringContaining("space") });
    expect([exitCodeOf(error), httpStatusOf(error)]).toEqual([5, 507]);
    expect(knownError(error)?.cause).toBe(error);
  });

  it("stays the refusal of a file that names it", () => {
    const error = new EditError("out-unwritable", "Expected a file that can be written at /a, got ENOSPC", {
      cause: full,
    });
    expect(errorRecord(error)).toMatchObject({ code: "out-unwritable", message: expect.stringContaining("/a") });
  });

  it("is not read out of words that quote it", () => {
    expect(knownError(new EditError("not-understood", "make the text say ENOSPC"))?.code).toBe("not-understood");
    expect(errorRecord(new Error("nothing of that kind")).code).toBe("unexpected");
  });
});

it("a disk that was mounted for reading is told as that", () => {
  const error = Object.assign(new Error("EROFS: read-only file system, open '/home/x'"), { code: "EROFS" });
  expect(errorRecord(error)).toMatchObject({ code: "disk-read-only", message: expect.not.stringContaining("/home") });
});
