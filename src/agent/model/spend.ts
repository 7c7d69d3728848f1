/** What asking a model has cost, and when that is enough. */

export interface Money {
  readonly amount: number;
  /** ISO 4217, e.g. "USD". */
  readonly currency: string;
}

/** What a model's endpoint takes per million tokens. */
export interface Price {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly currency: string;
}

/** A running total; a new record after each reply. */
export interface Spend {
  /** Requests that were answered, retries not counted. */
  readonly requests: number;
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Seconds of waiting for replies. */
  readonly seconds: number;
  /** Bytes of pictures sent, those sent again included. */
  readonly imageBytes: number;
  /** Absent where no price is known. */
  readonly money?: Money;
}

export const NOTHING_SPENT: Spend = {
  requests: 0,
  retries: 0,
  inputTokens: 0,
  outputTokens: 0,
  seconds: 0,
  imageBytes: 0,
};

/** Bounds of a turn; what is absent is unbounded. */
export interface Budget {
  readonly rounds?: number;
  readonly seconds?: number;
  readonly tokens?: number;
  /** In the currency of the price; without a price it bounds nothing. */
  readonly money?: number;
}

/** Which bound was reached first. */
export interface StopReason {
  readonly type: "budget";
  readonly what: "rounds" | "seconds" | "tokens" | "money";
  readonly limit: number;
  readonly used: number;
}

/** The first bound that is reached; `rounds` and `seconds` are the turn's, the rest is what its model has cost. */
export function stopReason(
  budget: Budget,
  used: { readonly rounds: number; readonly seconds: number; readonly spend: Spend },
): StopReason | undefined {
  const { spend } = used;
  const rows = [
    ["rounds", budget.rounds, used.rounds],
    ["seconds", budget.seconds, used.seconds],
    ["tokens", budget.tokens, spend.inputTokens + spend.outputTokens],
    ["money", budget.money, spend.money?.amount ?? 0],
  ] as const;
  for (const [what, limit, amount] of rows) {
    if (limit !== undefined && amount >= limit) return { type: "budget", what, limit, used: amount };
  }
  return undefined;
}

/** The reason as words for the user, to follow "Stopped:". */
export function stopText({ what, limit, used }: StopReason, currency = ""): string {
  switch (what) {
    case "rounds":
      return `${limit} rounds were made`;
    case "seconds":
      return `${limit} s have passed`;
    case "tokens":
      return `${used} of ${limit} tokens were used`;
    case "money":
      return `${used.toFixed(4)} of ${limit} ${currency} were spent`.replaceAll(/\s+/g, " ");
  }
}

/** `spend` and one more reply. */
export function withReply(
  spend: Spend,
  reply: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly seconds: number;
    readonly retries: number;
    readonly imageBytes: number;
  },
  price: Price | undefined,
): Spend {
  const cost = price && moneyOf(reply.inputTokens, reply.outputTokens, price);
  return {
    requests: spend.requests + 1,
    retries: spend.retries + reply.retries,
    inputTokens: spend.inputTokens + reply.inputTokens,
    outputTokens: spend.outputTokens + reply.outputTokens,
    seconds: spend.seconds + reply.seconds,
    imageBytes: spend.imageBytes + reply.imageBytes,
    ...(cost ? { money: { ...cost, amount: cost.amount + (spend.money?.amount ?? 0) } } : {}),
  };
}

export function moneyOf(inputTokens: number, outputTokens: number, price: Price): Money {
  const amount = (inputTokens * price.inputPerMillion + outputTokens * price.outputPerMillion) / 1e6;
  return { amount, currency: price.currency };
}
