import { dismiss, notices } from "../state/notices.ts";
import { t } from "../words.ts";
import { IconButton } from "./Icon.tsx";

export function Notices() {
  return (
    <div class="notices" aria-live="polite">
      {notices.value.map(({ id, kind, text, hint }) => (
        <div key={id} class={`notice ${kind}`}>
          <p>
            {text}
            {hint && <small>{hint}</small>}
          </p>
          <IconButton name="close" label={t("close")} size={16} onPress={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
