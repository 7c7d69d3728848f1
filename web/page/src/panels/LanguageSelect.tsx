import { language } from "../state/preferences.ts";
import { LANGUAGES } from "../words/languages.ts";
import { t } from "../words.ts";

/** Each by its own name. */
const NAMES = { en: "English", de: "Deutsch" } as const;

export function LanguageSelect() {
  return (
    <select
      aria-label={t("language")}
      value={language.value}
      onChange={({ currentTarget }) => {
        language.value = LANGUAGES.find((one) => one === currentTarget.value) ?? "en";
      }}
    >
      {LANGUAGES.map((one) => (
        <option key={one} value={one}>
          {NAMES[one]}
        </option>
      ))}
    </select>
  );
}
