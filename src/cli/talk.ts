/** A conversation at a prompt: requests, slash commands, questions; Ctrl-C stops what runs, a second one leaves. */
import { refusalError } from "../agent/index.ts";
import { EditError } from "../errors.ts";
import type { Screen } from "./chat-screen.ts";
import { type Chat, say } from "./chat-turn.ts";
import { printError } from "./print.ts";
import { slash } from "./slash.ts";

/** Until the person leaves or the input ends. Throws `cancelled` when the whole program is told to stop. */
export async function talk(chat: Chat, screen: Screen): Promise<void> {
  let interrupts = 0;
  while (interrupts < 2) {
    const typed = await screen.ask();
    if (chat.run.signal.aborted) throw new EditError("cancelled", "Interrupted");
    if (typed.type === "end") return;
    interrupts = typed.type === "interrupt" ? interrupts + 1 : 0;
    if (typed.type === "interrupt") {
      if (interrupts === 1) screen.out.write("Ctrl-C again leaves.\n");
      continue;
    }
    const request = typed.text.trim();
    if (request === "/quit" || request === "/exit") return;
    if (request !== "") await answered(chat, screen, request);
    if (chat.run.signal.aborted) throw new EditError("cancelled", "Interrupted");
  }
}

/** A refusal is said and the conversation goes on; a question is asked until it is answered or left alone. */
async function answered(chat: Chat, screen: Screen, request: string): Promise<void> {
  try {
    if (request.startsWith("/")) return await slash(request, chat, screen);
    const { refused, question } = await say(chat, request, screen);
    if (question !== undefined) {
      const { image } = question;
      if (image) await screen.show({ data: Buffer.from(image.data, "base64") }, "what may be meant");
      const choice = await screen.choose(question);
      if (choice !== undefined) await answered(chat, screen, choice);
    } else if (refused) printError(chat.run, refusalError(refused), false);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    printError(chat.run, error, false);
  }
}
