import { describe, expect, test } from "vitest";
import { type PickleClass, PickleName, readPickle } from "../../../src/engine/weights/pickle.ts";

/** Bytes of a pickle: opcodes as text, numbers as bytes. */
function bytes(...parts: (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === "number" ? [part] : [...Buffer.from(part, "latin1")])),
  );
}
const read = (data: Uint8Array, classes: Record<string, PickleClass> = {}, persistent?: (id: unknown) => unknown) =>
  readPickle(data, { path: "x.pkl", classes, ...(persistent === undefined ? {} : { persistent }) });
const P2 = "\x80\x02";

describe("plain data", () => {
  test.each<[string, Uint8Array, unknown]>([
    [
      "none, booleans, small numbers",
      bytes(P2, "]", "(", "N", "\x88", "\x89", "K", 7, "M", 1, 2, "e."),
      [null, true, false, 7, 513],
    ],
    ["a negative number", bytes(P2, "J", 0xfe, 0xff, 0xff, 0xff, "."), -2],
    ["a long number", bytes(P2, "\x8a", 2, 0xff, 0x80, "."), -32513],
    ["one that numbers do not hold", bytes(P2, "\x8a", 8, 1, 0, 0, 0, 0, 0, 0, 0x40, "."), (1n << 62n) + 1n],
    ["a fraction", bytes(P2, "G", 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, "."), 1.5],
    ["text", bytes(P2, "X", 2, 0, 0, 0, "\xc3\xa9", "."), "é"],
    ["bytes", bytes("\x80\x03", "C", 2, 1, 2, "."), Uint8Array.of(1, 2)],
    ["a tuple", bytes(P2, "K", 1, "K", 2, "\x86."), [1, 2]],
    ["a dict", bytes(P2, "}", "(", "\x8c", 1, "a", "K", 1, "u."), new Map([["a", 1]])],
    ["a remembered value", bytes("\x80\x04", "]", "\x94", "0", "h", 0, "."), []],
  ])("%s", (_, data, value) => {
    expect(read(data)).toEqual(value);
  });
});

describe("what is refused", () => {
  const system = bytes(P2, "cos\nsystem\n", "(", "\x8c", 4, "true", "t", "R.");
  test.each<[string, Uint8Array, RegExp]>([
    ["a class that nobody allowed", system, /found "os system"/],
    ["one named by the stack", bytes("\x80\x04", "\x8c", 2, "os", "\x8c", 6, "system", "\x93."), /found "os system"/],
    ["a name that objects have anyway", bytes(P2, "cconstructor\n\n."), /found "constructor "/],
    ["an old-style instance", bytes(P2, "(ios\nsystem\n."), /plain data at byte 3, found 0x69/],
    ["a persistent id", bytes(P2, "K", 1, "Q."), /no persistent id/],
    ["state of plain data", bytes(P2, "}", "}", "b."), /no state for plain data/],
    ["a call of a number", bytes(P2, "K", 1, ")", "R."), /an allowed class to call/],
    ["a list as key", bytes(P2, "}", "]", "N", "s."), /keys of a dict/],
    ["a changed tuple", bytes(P2, ")", "N", "a."), /a list to append to/],
    ["protocol 0", bytes("\x80\x00", "N."), /protocol 2 to 5, found 0/],
    ["an end in the middle", bytes(P2, "X", 9, 0, 0, 0, "abc"), /9 more bytes at byte 7, found 3/],
    ["a length beyond the file", bytes(P2, "\x8d", ...Array(8).fill(255), "."), /more bytes/],
    ["a stack that runs out", bytes(P2, "0."), /a value on the stack/],
    ["a value left over", bytes(P2, "NN."), /one value at the end/],
    ["a mark nobody set", bytes(P2, "t."), /a mark/],
    ["an unknown memory", bytes(P2, "h", 3, "."), /remembered value 3/],
  ])("%s", (_, data, message) => {
    expect(() => read(data)).toThrow(
      expect.objectContaining({ code: "pickle-refused", message: expect.stringMatching(message) }),
    );
  });

  test("the message says which names would be allowed", () => {
    expect(() => read(system, { "os path": {} })).toThrow(/among os path/);
  });
});

describe("allowed classes", () => {
  const Box: PickleClass = {
    make: ([size]) => ({ size }),
    setState: (box, state) => void Object.assign(box as object, { state }),
  };
  test("are made and given their state", () => {
    const data = bytes(P2, "cm\nBox\n", "K", 3, "\x85", "R", "K", 4, "b.");
    expect(read(data, { "m Box": Box })).toEqual({ size: 3, state: 4 });
  });

  test("stand as data where they may only be named", () => {
    const data = bytes(P2, "cm\nBox\n.");
    expect(read(data, { "m Box": {} })).toBeInstanceOf(PickleName);
    expect(() => read(bytes(P2, "cm\nBox\n", ")", "R."), { "m Box": {} })).toThrow(/"m Box" as data only/);
  });

  test("persistent ids go to the caller", () => {
    expect(read(bytes(P2, "K", 5, "Q."), {}, (id) => [id])).toEqual([5]);
  });
});
