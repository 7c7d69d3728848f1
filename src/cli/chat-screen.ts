/** Where a conversation is held: a terminal that may redraw and show pictures, or plain lines. */
import type { Question } from "../agent/index.ts";
import type { Preview } from "../engine/api.ts";
import type { Output } from "./deps.ts";

/** What the person did at the prompt. */
export type Typed =
  | { readonly type: "line"; readonly text: string }
  /** Ctrl-C where nothing runs. */
  | { readonly type: "interrupt" }
  | { readonly type: "end" };

export interface Screen {
  /** True where a person sits at it: pictures of turns are shown, a wrong line costs nothing. */
  readonly isLive: boolean;
  readonly out: Output;
  ask(): Promise<Typed>;
  /** The words of the choice; undefined where the person leaves the question alone. */
  choose(question: Question): Promise<string | undefined>;
  /** Any encoded picture, where the terminal can. */
  show(picture: Pick<Preview, "data">, caption: string): Promise<void>;
  close(): void;
}
