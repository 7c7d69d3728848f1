/** Damage to bytes: flips, lies about lengths, cuts, repetitions, pieces of other inputs. */
import type { Dice } from "./dice.ts";
import { MOST_BYTES } from "./target.ts";

const NUMBERS = [
  0n,
  1n,
  2n,
  0x7fn,
  0x80n,
  0xffn,
  0x100n,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x10000n,
  0x7fffffffn,
  0x80000000n,
  0xfffffffen,
  0xffffffffn,
  0x1_0000_0000n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

type Damage = (bytes: Buffer, other: Uint8Array, dice: Dice) => Uint8Array;

const flip: Damage = (bytes, _, dice) => {
  const at = dice.whole(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.whole(8));
  return bytes;
};
const set: Damage = (bytes, _, dice) => {
  bytes[dice.whole(bytes.length)] = dice.of([0, 1, 0x7f, 0x80, 0xff, dice.whole(256)]);
  return bytes;
};
/** A number where a length may stand: 1, 2, 4 or 8 bytes of either order. */
const number: Damage = (bytes, _, dice) => {
  const width = dice.of([1, 2, 4, 8].filter((one) => one <= bytes.length));
  const at = dice.whole(bytes.length - width + 1);
  const value = BigInt.asUintN(8 * width, dice.once(4) ? BigInt(bytes.length + dice.whole(9) - 4) : dice.of(NUMBERS));
  const digits = Buffer.from(value.toString(16).padStart(2 * width, "0"), "hex");
  bytes.set(dice.once(2) ? digits : digits.reverse(), at);
  return bytes;
};
const nudge: Damage = (bytes, _, dice) => {
  const at = dice.whole(bytes.length);
  bytes[at] = (bytes[at] ?? 0) + dice.whole(35) - 17;
  return bytes;
};
const cut: Damage = (bytes, _, dice) => bytes.subarray(0, dice.whole(bytes.length));
const drop: Damage = (bytes, _, dice) => {
  const [from, length] = piece(bytes, dice);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
};
const repeat: Damage = (bytes, _, dice) => {
  const [from, length] = piece(bytes, dice);
  const part = bytes.subarray(from, from + length);
  const times = Math.min(dice.of([1, 2, 16, 256, 4096]), Math.ceil(MOST_BYTES / Math.max(1, length)));
  return Buffer.concat([bytes.subarray(0, from), ...Array.from({ length: times }, () => part), bytes.subarray(from)]);
};
const noise: Damage = (bytes, _, dice) => {
  const [from, length] = piece(bytes, dice);
  for (let at = from; at < from + length; at++) bytes[at] = dice.whole(256);
  return bytes;
};
const cross: Damage = (bytes, other, dice) =>
  Buffer.concat([bytes.subarray(0, dice.whole(bytes.length)), other.subarray(dice.whole(other.length + 1))]);
const graft: Damage = (bytes, other, dice) => {
  const [from, length] = piece(Buffer.from(other), dice);
  const at = dice.whole(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at)]);
};

const DAMAGES: readonly Damage[] = [flip, flip, set, number, number, nudge, cut, drop, repeat, noise, cross, graft];

/** One to eight damages, few more often than many. `tokens` are pieces that the format knows. */
export function damaged(input: Uint8Array, other: Uint8Array, dice: Dice, tokens: readonly string[] = []): Uint8Array {
  let bytes: Uint8Array = Buffer.from(input);
  for (let left = dice.of([1, 1, 1, 2, 2, 3, 5, 8]); left > 0; left--) {
    if (bytes.length === 0) bytes = Buffer.from(other);
    if (bytes.length === 0) return bytes;
    bytes =
      tokens.length > 0 && dice.once(4)
        ? inserted(bytes, dice.of(tokens), dice)
        : dice.of(DAMAGES)(Buffer.from(bytes), other, dice);
  }
  return bytes.subarray(0, MOST_BYTES);
}

function inserted(bytes: Uint8Array, token: string, dice: Dice): Uint8Array {
  const at = dice.whole(bytes.length + 1);
  const over = dice.once(2) ? token.length : 0;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(token, "latin1"), bytes.subarray(at + over)]);
}

function piece(bytes: Uint8Array, dice: Dice): [from: number, length: number] {
  const from = dice.whole(bytes.length);
  return [from, Math.min(bytes.length - from, 1 + dice.whole(dice.of([4, 16, 64, 512])))];
}
