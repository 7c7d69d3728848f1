/** A conversation at a terminal: @clack/prompts asks, pictures are drawn where the terminal can. */
import type { Writable } from "node:stream";
import { isCancel, select, text } from "@clack/prompts";
import type { Question } from "../agent/index.ts";
import { encodePng, rgbFrom } from "../engine/image/raster-io.ts";
import type { Screen, Typed } from "./chat-screen.ts";
import type { CliRun } from "./deps.ts";
import { BREAK, filteredInput, PASTE_OFF, PASTE_ON } from "./pasted.ts";

const OTHER = "";

export function terminalScreen(run: CliRun): Screen {
  // A terminal's stdout is a writable stream; Output names only what the other screens need.
  const output = run.stdout as unknown as Writable;
  const { input, close } = filteredInput(run.stdin);
  const io = { input, output, signal: run.signal };
  run.stdout.write(PASTE_ON);
  return {
    isLive: true,
    out: run.stdout,
    async ask(): Promise<Typed> {
      const typed = await text({
        message: "Say how the picture should change",
        placeholder: "/help lists commands",
        ...io,
      });
      if (run.signal.aborted) return { type: "end" };
      if (isCancel(typed)) return { type: "interrupt" };
      return { type: "line", text: (typed ?? "").replaceAll(BREAK, "\n") };
    },
    async choose({ text: message, choices }: Question) {
      const options = [
        ...choices.map(({ say }) => ({ value: say, label: say })),
        { value: OTHER, label: "something else" },
      ];
      const chosen = await select({ message, options, ...io });
      return isCancel(chosen) || chosen === OTHER ? undefined : chosen;
    },
    async show({ data }, caption) {
      if (!canDraw(run)) return;
      const { default: terminalImage } = await import("terminal-image");
      // Terminals and the package read PNG, not WebP.
      const png = await encodePng(await rgbFrom(data));
      run.stdout.write(`${await terminalImage.buffer(png, { width: "50%", height: "50%" })}\n  ${caption}\n`);
    },
    close() {
      run.stdout.write(PASTE_OFF);
      close();
    },
  };
}

/** Without colour, a picture made of coloured blocks is only noise; a dumb terminal draws none. */
function canDraw({ env }: CliRun): boolean {
  return !env.NO_COLOR && env.TERM !== "dumb";
}
