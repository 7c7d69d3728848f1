/** The page's words in the chosen language. Components that call `t` are drawn again when it changes. */
import { language } from "./state/preferences.ts";
import { de } from "./words/de.ts";
import { en } from "./words/en.ts";

export type Word = keyof typeof en;
const WORDS: Readonly<Record<typeof language.value, Readonly<Record<Word, string>>>> = { en, de };

export function t(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const text = WORDS[language.value][word];
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function isWord(text: string): text is Word {
  return text in en;
}

/** 8112334 as people of the language write it. */
export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value);
}
