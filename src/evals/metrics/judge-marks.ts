/**
 * judge_goal, judge_quality, judge_preservation: a seeing model's marks (src/evals/judge.ts), mean of two orders of the
 * pictures. Higher is better; 0–10. Need a judge. The raw replies are kept in the run's judge.jsonl.
 */
import { describeMotion } from "../../agent/index.ts";
import type { Preview } from "../../engine/api.ts";
import { encodePng } from "../../engine/image/raster-io.ts";
import { resizeRgb } from "../../engine/image/resample.ts";
import type { Rgb } from "../../engine/raster.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import { fitWithin } from "../../engine/retouch/resample.ts";
import type { Marks } from "../judge.ts";
import type { Sample } from "../sample.ts";
import type { Scorer } from "../scorer.ts";

const EDGE = 1024;
const NOISE = {
  within: 1,
  from: "models' marks differ by about a point between runs and between orders of the pictures",
};

export const JUDGE_MARKS: readonly Scorer[] = (["goal", "quality", "preservation"] as const).map((mark) => ({
  name: `judge_${mark}`,
  label: `judge ${mark}`,
  direction: "up",
  unit: "marks of 10",
  digits: 1,
  source: "prompts/judge.md, asked with both orders of the pictures",
  noise: NOISE,
  score: (sample) => markOf(sample, mark),
}));

async function markOf({ networks, original, result, recipe }: Sample, mark: keyof Marks): Promise<number | undefined> {
  const pictures = async () => ({ before: await shown(original.rgb), after: await shown(result.rgb) });
  const question = { goal: goalOf(recipe), pictures, subject: result.rgb };
  return (await networks.judge?.judge(question))?.[mark];
}

/** The intent prompt and the motions in words. */
export function goalOf({ prompt, operations }: Pick<Recipe, "prompt" | "operations">): string {
  const motions = operations.map(({ label, motion, keepSource }) => {
    const copy = keepSource ? ", leaving the original in place" : "";
    return `${label ?? "the part"}: ${describeMotion(motion)}${copy}`;
  });
  return [prompt, ...motions].filter((part) => part !== "").join("; ");
}

async function shown(rgb: Rgb): Promise<Preview> {
  const { width, height } = fitWithin(rgb.width, rgb.height, EDGE);
  const small = await resizeRgb(rgb, width, height);
  return { data: await encodePng(small), mimeType: "image/png", width, height };
}
