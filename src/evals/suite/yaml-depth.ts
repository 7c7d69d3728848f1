/** How deep a YAML text nests, before it is parsed: the parser recurses, and a regular expression that is compiled where the
 * stack is nearly full ends the process, which nothing can catch. */
import { CST, Lexer } from "yaml";

/** An upper bound: flow collections exactly, block collections by the columns in which they begin. */
export function yamlDepth(text: string): number {
  const depth = new Depth();
  for (const lexeme of new Lexer().lex(text)) depth.take(lexeme);
  return depth.most;
}

const BLOCK_STARTS: readonly (string | null)[] = ["seq-item-ind", "explicit-key-ind", "map-value-ind"];

class Depth {
  most = 0;
  #flow = 0;
  #column = 0;
  #isFresh = true;
  /** Columns of the block collections that are open, rising. */
  readonly #columns: number[] = [];

  take(lexeme: string): void {
    const type = CST.tokenType(lexeme);
    if (type === "newline") this.#newLine();
    else if (type === "space") this.#column += lexeme.length;
    else if (type !== "comment") this.#token(lexeme, type);
  }

  #token(lexeme: string, type: string | null): void {
    if (type === "flow-seq-start" || type === "flow-map-start") this.#flow++;
    if (type === "flow-seq-end" || type === "flow-map-end") this.#flow--;
    if (this.#flow === 0 && (this.#isFresh || BLOCK_STARTS.includes(type))) this.#begin();
    this.#isFresh = false;
    this.most = Math.max(this.most, this.#flow + this.#columns.length);
    this.#column += lexeme.length;
  }

  #newLine(): void {
    this.#column = 0;
    this.#isFresh = true;
  }

  #begin(): void {
    if (this.#isFresh) while ((this.#columns.at(-1) ?? -1) > this.#column) this.#columns.pop();
    if ((this.#columns.at(-1) ?? -1) < this.#column) this.#columns.push(this.#column);
  }
}
