/** What a person prefers; remembered by this browser. */
import { effect, signal } from "@preact/signals";
import { LANGUAGES, type Language } from "../words/languages.ts";

export const SCHEMES = ["auto", "light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];

function kept<T extends string>(key: string, choices: readonly T[], otherwise: T): T {
  const found = choices.find((choice) => choice === localStorage.getItem(key));
  return found ?? otherwise;
}

const spoken = LANGUAGES.find((language) => navigator.language.startsWith(language)) ?? "en";
export const language = signal<Language>(kept("dragflow.language", LANGUAGES, spoken));
export const scheme = signal<Scheme>(kept("dragflow.scheme", SCHEMES, "auto"));
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function keepPreferences(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dataset.scheme = scheme.value;
    localStorage.setItem("dragflow.language", language.value);
    localStorage.setItem("dragflow.scheme", scheme.value);
  });
}
