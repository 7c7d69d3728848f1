/** A YAML text that still knows its lines: errors about its values can say where they stand. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { jsonExcess } from "../../engine/json-size.ts";
import { pathText } from "../../engine/recipe/issues.ts";
import { EditError } from "../../errors.ts";
import { yamlDepth } from "./yaml-depth.ts";

/** Suites are written by hand; those that grow beyond are data sets. */
const MOST_CHARACTERS = 2_000_000;
const MOST_DEEP = 64;

/** The parser's own look for repeated keys compares each with each, and its messages read the text anew for every error. */
const LINEAR = { uniqueKeys: false, prettyErrors: false } as const;

export type Path = readonly PropertyKey[];

interface Step {
  readonly node: unknown;
  /** Offset in the text where the key, or the item of a list, begins. */
  readonly offset: number;
}

export class SuiteSource {
  /** As people know it. */
  readonly file: string;
  readonly value: unknown;
  readonly #lines = new LineCounter();
  readonly #document: Document;

  /** @throws EditError `suite-invalid` for what is no YAML. */
  constructor(text: string, file: string) {
    this.file = file;
    if (text.length > MOST_CHARACTERS) {
      throw this.#refusal(0, `Expected a suite of at most ${MOST_CHARACTERS} characters, got ${text.length}`);
    }
    if (yamlDepth(text) > MOST_DEEP)
      throw this.#refusal(0, `Expected a suite nested at most ${MOST_DEEP} deep, got more`);
    this.#document = withoutStacks(() => parseDocument(text, { ...LINEAR, lineCounter: this.#lines }));
    const [error] = this.#document.errors;
    if (error) throw this.#refusal(error.pos[0], `Expected a suite as YAML: ${firstLine(error.message)}`, error);
    const twice = repeatedKey(this.#document);
    if (twice !== undefined) throw this.#refusal(twice, "Expected a suite as YAML: Map keys must be unique");
    this.value = this.#plain();
    const most = jsonExcess(this.value);
    if (most !== undefined) throw this.#refusal(0, `Expected a suite of ${most}, got more`);
  }

  /** The error, with the line of `path` or of the nearest value that contains it. */
  invalid(path: Path, expected: string, got: string, cause?: unknown): EditError {
    const where = path.length === 0 ? "the top of the suite" : pathText(path);
    return this.#refusal(this.#offsetOf(path), `Expected ${expected} at ${where}, got ${got}`, cause);
  }

  /** The same about a key of the object at `path`: the line is the key's. */
  invalidKey(path: Path, key: string, expected: string, got: string): EditError {
    const where = path.length === 0 ? "the top of the suite" : pathText(path);
    return this.#refusal(this.#offsetOf([...path, key]), `Expected ${expected} at ${where}, got ${got}`);
  }

  #plain(): unknown {
    try {
      return this.#document.toJS();
    } catch (cause) {
      // Aliases without an anchor, or so many that they would fill the memory.
      throw this.#refusal(0, `Expected a suite as YAML: ${messageOf(cause)}`, cause);
    }
  }

  #offsetOf(path: Path): number {
    let step: Step = { node: this.#document.contents, offset: 0 };
    for (const key of path) {
      const next = this.#child(step.node, key);
      if (next === undefined) break;
      step = next;
    }
    return step.offset;
  }

  #child(parent: unknown, key: PropertyKey): Step | undefined {
    const node = isAlias(parent) ? parent.resolve(this.#document) : parent;
    if (isSeq(node) && typeof key === "number") {
      const item = node.items[key];
      return isNode(item) ? { node: item, offset: item.range?.[0] ?? 0 } : undefined;
    }
    if (!isMap(node)) return undefined;
    const pair = node.items.find((one) => isScalar(one.key) && one.key.value === key);
    return pair && isScalar(pair.key) ? { node: pair.value, offset: pair.key.range?.[0] ?? 0 } : undefined;
  }

  #refusal(offset: number, message: string, cause?: unknown): EditError {
    const { line } = this.#lines.linePos(offset);
    return new EditError("suite-invalid", `${this.file}:${line}: ${message}`, {
      hint: "The form of a suite is described in schema/suite.schema.json.",
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** The parser makes an error for every wrong character; with a stack each, two million of them fill the memory. */
function withoutStacks<Result>(work: () => Result): Result {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Offset of the first key that its map has already. */
function repeatedKey(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found ??= key.range?.[0] ?? 0;
        seen.add(key.value);
      }
      return found === undefined ? undefined : visit.BREAK;
    },
  });
  return found;
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.replace(/:$/, "").slice(0, 300) ?? "";
}

function messageOf(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}
