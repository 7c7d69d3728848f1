/** The canvas speaks the style sheet's colours. They are read again when the scheme changes. */
import { computed } from "@preact/signals";
import { scheme } from "../state/preferences.ts";

const read = computed(() => {
  scheme.value;
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return { accent: of("--canvas-accent"), rim: of("--canvas-rim"), veil: of("--canvas-veil") };
});

export function colours(): { readonly accent: string; readonly rim: string; readonly veil: string } {
  return read.value;
}
