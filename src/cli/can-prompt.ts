import * as util from "node:util";

/** Whether @clack/prompts can be loaded: it colours with a function that Node has had since 20.12. */
export function canPrompt(): boolean {
  return "styleText" in util;
}
