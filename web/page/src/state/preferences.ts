/** What a person prefers; remembered by this browser. */
import { effect, signal } from "@preact/signals";
import { LANGUAGES, type Language } from "../words/languages.ts";
import { keep } from "./kept.ts";

export const SCHEMES = ["auto", "light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];

const spoken = LANGUAGES.find((language) => navigator.language.startsWith(language)) ?? "en";
export const language = signal<Language>(spoken);
export const scheme = signal<Scheme>("auto");
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function keepPreferences(): void {
  keep(localStorage, "language", language, LANGUAGES);
  keep(localStorage, "scheme", scheme, SCHEMES);
  effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dataset.scheme = scheme.value;
  });
}
