import type { Target } from "../target.ts";
import { archive } from "./archive.ts";
import { bundle } from "./bundle.ts";
import { FAULTY } from "./faulty.ts";
import { dataUri, IMAGES, mask } from "./images.ts";
import { jpegCoefficients } from "./jpeg-coefficients.ts";
import { llm, llmPictures } from "./llm.ts";
import { numpyPickle, torchArchive, torchPickle } from "./pickles.ts";
import { edit, recipe } from "./recipe.ts";
import { safetensors } from "./safetensors.ts";
import { suite } from "./suite.ts";
import { tools } from "./tools.ts";

/** Cheap ones first. */
export const TARGETS: readonly Target[] = [
  safetensors,
  torchPickle,
  torchArchive,
  numpyPickle,
  recipe,
  suite,
  llm,
  llmPictures,
  tools,
  dataUri,
  mask,
  jpegCoefficients,
  ...IMAGES,
  archive,
  bundle,
  edit,
];

export function targetNamed(name: string): Target {
  const found = [...TARGETS, ...FAULTY].find((target) => target.name === name);
  if (found === undefined)
    throw new TypeError(`Expected a target among ${TARGETS.map((one) => one.name)}, got ${name}`);
  return found;
}
