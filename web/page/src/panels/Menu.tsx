/** A button with a short list below it, which closes when it is left. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

interface Props {
  readonly label: string;
  readonly buttonClass: string;
  /** Inside the button. */
  readonly face: ComponentChildren;
  readonly disabled?: boolean;
  /** The list; `close` shuts it. */
  readonly children: (close: () => void) => ComponentChildren;
}

export function Menu({ label, buttonClass, face, disabled = false, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <fieldset
      class="menu"
      onFocusOut={(event) => leaves(event) && setOpen(false)}
      onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
    >
      <button
        type="button"
        class={buttonClass}
        aria-label={label}
        aria-expanded={open}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <fieldset class="menu-list" aria-label={label}>
          {children(() => setOpen(false))}
        </fieldset>
      )}
    </fieldset>
  );
}

function leaves({ currentTarget, relatedTarget }: FocusEvent): boolean {
  return !(currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget));
}
