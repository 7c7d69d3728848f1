/** Reads Python pickles without executing anything: plain data, and objects of the classes that the caller allows.
 * Format: Lib/pickletools.py of Python; protocols 2 to 5 as far as plain data need them. */
import { PickleBytes, pickleRefused } from "./pickle-bytes.ts";
import { OPCODES } from "./pickle-opcodes.ts";

/** What a pickle may name. Both functions get data from the file: they must check all of it. */
export interface PickleClass {
  /** Called for an object of the class; without it the name is data only and making one is refused. */
  make?(args: readonly unknown[]): unknown;
  /** Called with the object's pickled state; without it an object with state is refused. */
  setState?(object: unknown, state: unknown): void;
}

export interface PickleOptions {
  /** "module name" → class. A pickle that names anything else is refused. */
  readonly classes: Readonly<Record<string, PickleClass>>;
  /** Resolves persistent ids (torch's storages); without it they are refused. */
  readonly persistent?: (id: unknown) => unknown;
  /** Names the file in messages. */
  readonly path: string;
}

/** A class named in the pickle, where it stands as data. */
export class PickleName {
  readonly name: string;
  readonly target: PickleClass;

  constructor(name: string, target: PickleClass) {
    this.name = name;
    this.target = target;
  }
}

/**
 * The pickled value: null, booleans, numbers (bigint beyond 2^53), strings, bytes as Uint8Array, lists as arrays, tuples
 * as frozen arrays, dicts as Maps, allowed names as PickleName, and whatever the allowed classes make.
 * Throws `pickle-refused` for every other class, opcode or malformed byte.
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions): unknown {
  const machine = new PickleMachine(bytes, options);
  for (;;) {
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
}

const STOP = ".".charCodeAt(0);

/** The stack machine that opcodes work on. */
export class PickleMachine {
  readonly bytes: PickleBytes;
  readonly #options: PickleOptions;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #made = new WeakMap<object, PickleName>();

  constructor(bytes: Uint8Array, options: PickleOptions) {
    this.bytes = new PickleBytes(options.path, bytes);
    this.#options = options;
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.refused("expected a value on the stack");
    return this.#stack.pop();
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  popMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.refused("expected a mark on the stack");
    return this.#stack.splice(mark);
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw this.refused(`expected a remembered value ${index}`);
    this.push(this.#memo.get(index));
  }

  /** Pushes an allowed name. */
  name(module: unknown, name: unknown): void {
    const key = `${module} ${name}`;
    const { classes } = this.#options;
    const target = Object.hasOwn(classes, key) ? classes[key] : undefined;
    if (target === undefined) {
      throw this.refused(`expected names among ${Object.keys(classes).join(", ") || "none"}, found "${key}"`);
    }
    this.push(new PickleName(key, target));
  }

  make(name: unknown, args: unknown): void {
    if (!(name instanceof PickleName) || !Array.isArray(args)) throw this.refused("expected an allowed class to call");
    if (name.target.make === undefined) throw this.refused(`expected "${name.name}" as data only, found a call of it`);
    const value = name.target.make(args);
    if (typeof value === "object" && value !== null) this.#made.set(value, name);
    this.push(value);
  }

  build(object: unknown, state: unknown): void {
    const name = typeof object === "object" && object !== null ? this.#made.get(object) : undefined;
    if (name?.target.setState === undefined) throw this.refused(`expected no state for ${name?.name ?? "plain data"}`);
    name.target.setState(object, state);
  }

  persistent(id: unknown): void {
    const resolve = this.#options.persistent;
    if (resolve === undefined) throw this.refused("expected no persistent id");
    this.push(resolve(id));
  }

  result(): unknown {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0) throw this.refused("expected one value at the end");
    return value;
  }

  refused(problem: string) {
    return pickleRefused(this.bytes.path, problem);
  }
}
