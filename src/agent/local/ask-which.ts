/** Where it is unclear what is meant: the picture is looked at for numbered guesses, then the person is asked. */
import type { Box } from "../../engine/raster.ts";
import { EditError } from "../../errors.ts";
import { guessesOf, refusalOf } from "../parsing.ts";
import type { PlannerStep } from "../planner.ts";
import type { ToolAnswer } from "../port.ts";
import type { HistoryItem, TurnState } from "../state.ts";

type ToolItem = Extract<HistoryItem, { type: "tool" }>;

/** Thrown where a selection is needed; `askWhich` makes an answer of it. */
export function selectionNeeded(message: string): EditError {
  return new EditError("selection-needed", message);
}

/** First a look with marks, then the question among what was found. */
export function askWhich(state: TurnState, message: string): PlannerStep {
  const seen = callsOf(state, "look")[0];
  if (seen === undefined) {
    const args = { id: state.picture.id, overlay: "marks" };
    return { type: "call", tool: "look", args, why: "to see what may be meant" };
  }
  return askAmong(state, seen.answer.isError ? [] : guessesOf(seen.answer), seen.answer, message);
}

interface Guess {
  readonly number: number;
  readonly box: Box;
}

/** A question with the numbered picture; a refusal where there is nothing to choose from. */
export function askAmong(
  state: TurnState,
  guesses: readonly Guess[],
  { images: [image] }: ToolAnswer,
  text: string,
): PlannerStep {
  const hint = hintOf(guesses.map(({ number, box }) => `${number}: --region ${specOf(box)}`));
  if (guesses.length === 0) return { type: "refuse", code: "selection-needed", message: text, hint };
  const choices = guesses.map(({ number, box }) => ({ say: `number ${number}, ${placeOf(box, state)}`, box }));
  return { type: "ask", text, choices, hint, ...(image === undefined ? {} : { image }) };
}

function specOf(box: Box): string {
  return `box:${box.map(Math.round).join(",")}`;
}

function hintOf(choices: readonly string[]): string {
  const select = "Select it: click it on the page, or pass";
  if (choices.length === 0) return `${select} --region box:x0,y0,x1,y1`;
  return `${select} one of these boxes (or another). ${choices.join("; ")}`;
}

/** Failures that lead to the question rather than to a refusal of their own. */
export function leadsToAsking({ call, answer }: ToolItem): boolean {
  if (call.tool === "look") return true;
  return call.tool === "select_region" && refusalOf(answer.text).code === "region-empty";
}

export function callsOf(state: TurnState, tool: string): ToolItem[] {
  return state.history.filter((item): item is ToolItem => item.type === "tool" && item.call.tool === tool);
}

/** "at the top left", for those who do not see the numbered picture. */
export function placeOf([x0, y0, x1, y1]: Box, { picture }: TurnState): string {
  const third = (value: number, size: number, names: readonly [string, string, string]) =>
    names[Math.min(2, Math.max(0, Math.floor((3 * value) / size)))] ?? "";
  const across = third((x0 + x1) / 2, picture.width, ["left", "", "right"]);
  const along = third((y0 + y1) / 2, picture.height, ["top", "", "bottom"]);
  const place = [along, across].filter((one) => one !== "").join(" ");
  return place === "" ? "in the middle" : `at the ${place}`;
}
