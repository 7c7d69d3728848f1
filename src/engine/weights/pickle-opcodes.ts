/** The opcodes of a pickle that make plain data, named as in Lib/pickletools.py. What is missing here is refused: sets,
 * the text forms of protocol 0, extension codes, old-style instances, out-of-band buffers. */
import type { PickleMachine } from "./pickle-machine.ts";

type Opcode = (machine: PickleMachine) => void;

const TABLE: Readonly<Record<string, Opcode>> = {
  "\x80": (m) => checkProtocol(m, m.bytes.u8()), // PROTO
  "\x95": (m) => void m.bytes.u64(), // FRAME: a hint for buffered reading

  N: (m) => m.push(null), // NONE
  "\x88": (m) => m.push(true), // NEWTRUE
  "\x89": (m) => m.push(false), // NEWFALSE
  J: (m) => m.push(m.bytes.i32()), // BININT
  K: (m) => m.push(m.bytes.u8()), // BININT1
  M: (m) => m.push(m.bytes.u16()), // BININT2
  "\x8a": (m) => m.push(longOf(m.bytes.bytes(m.bytes.u8()))), // LONG1
  G: (m) => m.push(m.bytes.f64()), // BINFLOAT

  X: (m) => m.push(m.bytes.text(m.bytes.u32())), // BINUNICODE
  "\x8c": (m) => m.push(m.bytes.text(m.bytes.u8())), // SHORT_BINUNICODE
  "\x8d": (m) => m.push(m.bytes.text(m.bytes.u64())), // BINUNICODE8
  U: (m) => m.push(m.bytes.latin1(m.bytes.u8())), // SHORT_BINSTRING
  T: (m) => m.push(m.bytes.latin1(m.bytes.u32())), // BINSTRING
  C: (m) => m.push(m.bytes.bytes(m.bytes.u8())), // SHORT_BINBYTES
  B: (m) => m.push(m.bytes.bytes(m.bytes.u32())), // BINBYTES
  "\x8e": (m) => m.push(m.bytes.bytes(m.bytes.u64())), // BINBYTES8
  "\x96": (m) => m.push(m.bytes.bytes(m.bytes.u64())), // BYTEARRAY8

  "(": (m) => m.mark(), // MARK
  "0": (m) => void m.pop(), // POP
  "1": (m) => void m.popMark(), // POP_MARK
  "2": (m) => m.push(m.top()), // DUP

  "]": (m) => m.push([]), // EMPTY_LIST
  l: (m) => m.push(m.popMark()), // LIST
  a: (m) => append(m, [m.pop()]), // APPEND
  e: (m) => append(m, m.popMark()), // APPENDS
  ")": (m) => m.push(Object.freeze([])), // EMPTY_TUPLE
  t: (m) => m.push(Object.freeze(m.popMark())), // TUPLE
  "\x85": (m) => tuple(m, 1), // TUPLE1
  "\x86": (m) => tuple(m, 2), // TUPLE2
  "\x87": (m) => tuple(m, 3), // TUPLE3
  "}": (m) => m.push(new Map()), // EMPTY_DICT
  d: (m) => dict(m), // DICT
  s: (m) => setItems(m, tail(m, 2)), // SETITEM
  u: (m) => setItems(m, m.popMark()), // SETITEMS

  q: (m) => m.remember(m.bytes.u8()), // BINPUT
  r: (m) => m.remember(m.bytes.u32()), // LONG_BINPUT
  "\x94": (m) => m.remember(), // MEMOIZE
  h: (m) => m.recall(m.bytes.u8()), // BINGET
  j: (m) => m.recall(m.bytes.u32()), // LONG_BINGET

  c: (m) => m.name(m.bytes.line(), m.bytes.line()), // GLOBAL
  "\x93": (m) => m.name(...(tail(m, 2) as [unknown, unknown])), // STACK_GLOBAL; `tail` gives as many as asked
  R: (m) => m.make(...(tail(m, 2) as [unknown, unknown])), // REDUCE
  "\x81": (m) => m.make(...(tail(m, 2) as [unknown, unknown])), // NEWOBJ
  b: (m) => build(m), // BUILD
  Q: (m) => m.persistent(m.pop()), // BINPERSID
};

export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  Object.entries(TABLE).map(([character, opcode]) => [character.charCodeAt(0), opcode]),
);

function checkProtocol(m: PickleMachine, protocol: number): void {
  if (protocol < 2 || protocol > 5) throw m.refused(`expected protocol 2 to 5, found ${protocol}`);
}

/** Two's complement, little-endian; a number where it is exact. */
function longOf(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  return BigInt(Number(signed)) === signed ? Number(signed) : signed;
}

/** The last `count` values, in the order they were pushed. */
function tail(m: PickleMachine, count: number): unknown[] {
  return Array.from({ length: count }, () => m.pop()).reverse();
}

function tuple(m: PickleMachine, count: number): void {
  m.push(Object.freeze(tail(m, count)));
}

function append(m: PickleMachine, items: readonly unknown[]): void {
  const list = m.top();
  if (!Array.isArray(list) || Object.isFrozen(list)) throw m.refused("expected a list to append to");
  for (const item of items) list.push(item);
}

function dict(m: PickleMachine): void {
  const items = m.popMark();
  m.push(new Map());
  setItems(m, items);
}

function setItems(m: PickleMachine, items: readonly unknown[]): void {
  const target = m.top();
  if (!(target instanceof Map) || items.length % 2 !== 0) throw m.refused("expected a dict and pairs to set");
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (!["string", "number", "boolean", "bigint"].includes(typeof key)) {
      throw m.refused("expected text or numbers as keys of a dict");
    }
    target.set(key, items[i + 1]);
  }
}

function build(m: PickleMachine): void {
  const state = m.pop();
  m.build(m.top(), state);
}
