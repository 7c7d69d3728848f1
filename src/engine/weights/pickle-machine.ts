/** The stack machine of the restricted pickle reader: what opcodes may do, and what is refused. */
import { PickleBytes, pickleRefused } from "./pickle-bytes.ts";

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
    if (typeof module !== "string" || typeof name !== "string") throw this.refused("expected names as text");
    const key = `${module} ${name}`;
    const { classes } = this.#options;
    const target = Object.hasOwn(classes, key) ? classes[key] : undefined;
    if (target === undefined) {
      throw this.refused(
        `expected names among ${Object.keys(classes).join(", ") || "none"}, found "${key.slice(0, 200)}"`,
      );
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
