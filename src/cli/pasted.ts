/** Pasted text with several lines is one line to the prompt: its line breaks must not send it. */

import { PassThrough, type Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const START = "\u001b[200~";
const END = "\u001b[201~";
/** Ask the terminal to mark what is pasted, and to stop doing so. */
export const PASTE_ON = "\u001b[?2004h";
export const PASTE_OFF = "\u001b[?2004l";
/** Stands for a line break while the text is edited. */
export const BREAK = "⏎";

/** Typed text as it is; pasted line breaks as BREAK. Keeps what is needed of a mark that came in halves. */
export class PasteFilter {
  #rest = "";
  #isPasting = false;

  push(chunk: string): string {
    let text = this.#rest + chunk;
    let out = "";
    for (;;) {
      const mark = this.#isPasting ? END : START;
      const at = text.indexOf(mark);
      if (at < 0) break;
      out += this.#plain(text.slice(0, at));
      text = text.slice(at + mark.length);
      this.#isPasting = !this.#isPasting;
    }
    const half = halfMark(text, this.#isPasting ? END : START);
    this.#rest = text.slice(text.length - half);
    return out + this.#plain(text.slice(0, text.length - half));
  }

  #plain(text: string): string {
    // Typed ahead while no prompt was there, Enter came as a line feed.
    return this.#isPasting ? text.replaceAll(/\r\n|\r|\n/g, BREAK) : text.replaceAll("\n", "\r");
  }
}

/** Length of the longest end of the text that may be the mark's beginning. One lone escape is the key itself. */
function halfMark(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 1; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}

/** Standard input as a terminal prompt reads it. */
export interface TerminalInput extends PassThrough {
  isTTY: true;
  isRaw: boolean;
  setRawMode(mode: boolean): TerminalInput;
}

/** The terminal's input behind a filter; raw mode goes to the terminal itself. `close` lets go of it. */
export function filteredInput(stdin: Readable & { setRawMode?: (mode: boolean) => unknown }): {
  input: TerminalInput;
  close: () => void;
} {
  const filter = new PasteFilter();
  const decoder = new StringDecoder("utf8");
  const raw = {
    isTTY: true as const,
    isRaw: false,
    setRawMode(mode: boolean): TerminalInput {
      stdin.setRawMode?.(mode);
      input.isRaw = mode;
      return input;
    },
  };
  const input: TerminalInput = Object.assign(new PassThrough(), raw);
  const forward = (chunk: Buffer) => input.write(filter.push(decoder.write(chunk)));
  stdin.on("data", forward);
  return {
    input,
    close: () => {
      stdin.off("data", forward);
      stdin.pause();
    },
  };
}
