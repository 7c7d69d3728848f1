/** Reads Python pickles without executing anything: plain data, and objects of the classes that the caller allows.
 * Format: Lib/pickletools.py of Python; protocols 2 to 5 as far as plain data need them. */
import { PickleMachine, type PickleOptions } from "./pickle-machine.ts";
import { OPCODES } from "./pickle-opcodes.ts";

export { type PickleClass, PickleName, type PickleOptions } from "./pickle-machine.ts";

/**
 * The pickled value: null, booleans, numbers (bigint beyond 2^53), strings, bytes as Uint8Array, lists as arrays, tuples
 * as frozen arrays, dicts as Maps, allowed names as PickleName, and whatever the allowed classes make.
 * Throws `pickle-refused` for every other class, opcode or malformed byte.
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions): unknown {
  const machine = new PickleMachine(bytes, options);
  for (let left = MOST_OPCODES; left > 0; left--) {
    const at = machine.bytes.position;
    const code = machine.bytes.u8();
    if (code === STOP) return machine.result();
    const opcode = OPCODES.get(code);
    if (opcode === undefined) {
      const shown = code.toString(16).padStart(2, "0");
      throw machine.refused(`expected an opcode that makes plain data at byte ${at}, found 0x${shown}`);
    }
    opcode(machine);
  }
  throw machine.refused(`expected at most ${MOST_OPCODES} opcodes, found more`);
}

/** A checkpoint has some ten thousand; an opcode of one byte can make an object of a hundred. */
const MOST_OPCODES = 2_000_000;

const STOP = ".".charCodeAt(0);
