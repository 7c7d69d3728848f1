/** tokens and money that a language model took to plan the edit. Lower is better. Absent without such a model, and money
 * where the endpoint's prices are not known. */
import type { Scorer } from "../scorer.ts";

const NOISE = { within: 0, from: "models answer differently from run to run: repeat with --trials" };

export const tokens: Scorer = {
  name: "tokens",
  label: "tokens",
  direction: "down",
  unit: "tokens",
  digits: 0,
  source: "the endpoint's usage, input and output together",
  noise: NOISE,
  score: ({ tokens }) => tokens && tokens.input + tokens.output,
};

export const money: Scorer = {
  name: "cost",
  label: "cost",
  direction: "down",
  unit: "money",
  digits: 4,
  source: "the endpoint's usage times the model's prices, in the currency of its profile",
  noise: NOISE,
  score: ({ money }) => money?.amount,
};
