/** A model that cannot be asked is no reason to refuse: what can be said without it is said, with why it is missing. */
import { EditError } from "../errors.ts";

export interface Asked<Answer> {
  /** Absent where no model is at hand, or it gave none. */
  readonly answer?: Answer;
  /** Why the model gave no answer. */
  readonly problem?: string;
}

/** Throws what is no failure of the model or its endpoint. */
export async function askedModel<Answer>(asking: Promise<Answer | undefined> | undefined): Promise<Asked<Answer>> {
  try {
    const answer = await asking;
    return answer === undefined ? {} : { answer };
  } catch (error) {
    if (error instanceof EditError && error.code === "model-endpoint") return { problem: error.message };
    throw error;
  }
}
