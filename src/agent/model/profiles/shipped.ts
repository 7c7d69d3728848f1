/** The model families we know, one row each. The first that matches a model's name is taken; the last matches any. */
import type { ModelProfile } from "./profile.ts";

const XY_PIXEL = { unit: "pixel", order: "xy" } as const;
const XY_1000 = { unit: "norm1000", order: "xy" } as const;
const YX_1000 = { unit: "norm1000", order: "yx" } as const;
const XY_1 = { unit: "norm1", order: "xy" } as const;

export const SHIPPED_PROFILES: readonly ModelProfile[] = [
  {
    // Pixels "in the image Claude sees", normalised ones do poorly: platform.claude.com/docs/build-with-claude/vision-coordinates.
    // Resized beyond 1568 px or about 1.15 megapixels, 100 pictures a request: docs.claude.com/en/docs/vision.
    name: "claude",
    match: /claude/,
    coordinates: XY_PIXEL,
    boxKey: "box",
    edge: 1568,
    pixels: 1_150_000,
    multiple: 1,
    images: 100,
    tools: "native",
  },
  {
    // `box_2d` is [ymin, xmin, ymax, xmax] in 0–1000, 3600 pictures a request, tiles of 768 px:
    // ai.google.dev/gemini-api/docs/image-understanding. Gemma follows it (ai.google.dev/gemma/docs).
    name: "gemini",
    match: /gemini|gemma/,
    coordinates: YX_1000,
    boxKey: "box_2d",
    edge: 1536,
    multiple: 1,
    images: 3600,
    tools: "native",
  },
  {
    // Absolute pixels of the picture after resizing to multiples of 28: github.com/QwenLM/Qwen3-VL/issues/866 and 676.
    name: "qwen2.5-vl",
    match: /qwen-?2\.5-?(vl|omni)|qwen2_5/,
    coordinates: XY_PIXEL,
    boxKey: "bbox_2d",
    edge: 1288,
    multiple: 28,
    images: 8,
    tools: "json",
  },
  {
    // 0–1000, as Qwen2-VL before and every Qwen since 3: github.com/QwenLM/Qwen3-VL/issues/1623; patches of 32 px (2-VL: 28).
    name: "qwen-vl",
    match: /qwen.*vl|qwen-?[3-9]|qwen.*omni|qvq/,
    coordinates: XY_1000,
    boxKey: "bbox_2d",
    edge: 1280,
    multiple: 32,
    images: 8,
    tools: "native",
  },
  {
    // 0–1000: internvl.readthedocs.io/en/latest/get_started/chat_data_format.html. Its processor cuts tiles of 448 px itself;
    // 28 px are one token.
    name: "internvl",
    match: /intern-?vl|internlm.*vl/,
    coordinates: XY_1000,
    boxKey: "box",
    edge: 1344,
    multiple: 28,
    images: 8,
    tools: "json",
  },
  {
    // Four tiles of 560 px at most, one picture: preprocessor_config.json and model card of Llama-3.2-11B-Vision-Instruct.
    // No box convention is published; shares of the side ask for no knowledge of the size.
    name: "llama-3.2",
    match: /llama-?3\.2|llama3\.2/,
    coordinates: XY_1,
    boxKey: "box",
    edge: 1120,
    multiple: 14,
    images: 1,
    tools: "json",
  },
  {
    // Tiles of 336 px, tested with up to five pictures: model card of Llama-4-Scout-17B-16E-Instruct.
    name: "llama",
    match: /llama|maverick|scout/,
    coordinates: XY_1,
    boxKey: "box",
    edge: 1344,
    multiple: 14,
    images: 5,
    tools: "native",
  },
  {
    // Patches of 16 px, resized beyond 1024: the model's params.json and docs.mistral.ai/capabilities/vision (8 pictures a
    // request). No box convention is published.
    name: "mistral",
    match: /pixtral|mistral|magistral|ministral/,
    coordinates: XY_1,
    boxKey: "box",
    edge: 1024,
    multiple: 16,
    images: 8,
    tools: "native",
  },
  {
    // Fits 2048 px, then 768 px on the shorter side, or 1536 patches of 32 px: below both nothing is resized, so that
    // pixels stay pixels. 500 pictures a request: developers.openai.com/api/docs/guides/images-vision.
    name: "gpt",
    match: /^(openai\/)?(gpt|chatgpt|o[1-9])/,
    coordinates: XY_PIXEL,
    boxKey: "box",
    edge: 1024,
    shortEdge: 768,
    multiple: 1,
    images: 500,
    tools: "native",
  },
  {
    // A size that most encoders take unresized; pixels of a picture whose size is stated, as most interfaces ask for.
    name: "default",
    match: /(?:)/,
    coordinates: XY_PIXEL,
    boxKey: "box",
    edge: 1024,
    multiple: 1,
    images: 8,
    tools: "native",
  },
];
