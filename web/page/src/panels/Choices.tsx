/** Answers to pick from: small pictures where there are some, words below them. */
import type { Choice } from "../state/chat.ts";

interface Props {
  readonly choices: readonly Choice[];
  readonly disabled: boolean;
  readonly onPick: (choice: Choice) => void;
}

export function Choices({ choices, disabled, onPick }: Props) {
  const pictured = choices.some(({ picture }) => picture !== undefined);
  return (
    <div class={pictured ? "choices pictured" : "choices"}>
      {choices.map((choice) => (
        <button
          type="button"
          key={choice.say + choice.picture}
          class="secondary small"
          disabled={disabled}
          onClick={() => onPick(choice)}
        >
          {choice.picture && <img src={choice.picture} alt="" onError={gone} />}
          <span>{choice.say}</span>
        </button>
      ))}
    </div>
  );
}

/** Candidates live as long as the server's process: their words stay. */
function gone({ currentTarget }: Event): void {
  if (currentTarget instanceof HTMLElement) currentTarget.hidden = true;
}
