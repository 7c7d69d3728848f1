/** One thing to be shown: resolves to a line about what held, rejects with what did not. */
export interface Step {
  readonly name: string;
  run(): Promise<string>;
}

/** Thrown where a program that the step needs is not here. */
export class Missing extends Error {}
