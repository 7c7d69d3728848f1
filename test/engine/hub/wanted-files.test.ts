/** One form of every weight, whatever a repository holds beside it. */
import { expect, test } from "vitest";
import { wantedFiles } from "../../../src/engine/hub/wanted-files.ts";

const file = (path: string) => ({ path, size: 1, digest: { type: "git", hex: path } as const });
const wanted = (paths: readonly string[], chosen?: readonly string[]) =>
  wantedFiles(paths.map(file), chosen)
    .map(({ path }) => path)
    .sort();

const SHARDS = ["00001-of-00002", "00002-of-00002"].map((n) => `transformer/diffusion_pytorch_model-${n}.safetensors`);
const INDEX = "transformer/diffusion_pytorch_model.safetensors.index.json";

test("FLUX's own repository: shards with their index, no single files, pictures or notebooks", () => {
  const needed = [
    "LICENSE.md",
    "model_index.json",
    "scheduler/scheduler_config.json",
    "text_encoder/config.json",
    "text_encoder/model.safetensors",
    "tokenizer/merges.txt",
    "tokenizer/vocab.json",
    "tokenizer_2/tokenizer.json",
    "transformer/config.json",
    INDEX,
    ...SHARDS,
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
  ];
  const beside = [".gitattributes", "README.md", "ae.safetensors", "flux1-dev.safetensors", "dev_grid.jpg"];
  const other = ["tokenizer_2/spiece.model", "text_encoder/model.fp16.safetensors", "text_encoder/pytorch_model.bin"];
  const deep = ["transformer/old/model.safetensors", "unknown/model.safetensors"];
  expect(wanted([...needed, ...beside, ...other, ...deep])).toEqual([...needed].sort());
});

test.each<[string, string[], string[]]>([
  [
    "a whole file beside shards of another number",
    [INDEX, ...SHARDS, "transformer/diffusion_pytorch_model.fp16.safetensors"],
    [INDEX, ...SHARDS],
  ],
  ["shards without an index", SHARDS.concat("transformer/whole.safetensors"), ["transformer/whole.safetensors"]],
  ["only another number", ["transformer/model.bf16.safetensors"], ["transformer/model.bf16.safetensors"]],
])("%s", (_, files, expected) => {
  expect(wanted(["transformer/config.json", ...files])).toEqual(["transformer/config.json", ...expected].sort());
});

test.each<[string, string[], string[]]>([
  [
    "a tower",
    ["config.json", "model.safetensors", "pytorch_model.bin", "tf_model.h5", "vocab.json"],
    ["config.json", "model.safetensors"],
  ],
  [
    "an adapter that is a torch file",
    ["README.md", "LICENSE", "instantcharacter_ip-adapter.bin"],
    ["LICENSE", "instantcharacter_ip-adapter.bin"],
  ],
])("a repository of one model: %s", (_, files, expected) => {
  expect(wanted(files)).toEqual(expected);
});

test("chosen files, and nothing that is read", () => {
  expect(wanted(["a.safetensors", "b.safetensors"], ["b.safetensors"])).toEqual(["b.safetensors"]);
  expect(() => wanted(["README.md", "model.gguf"])).toThrow(
    expect.objectContaining({
      message: "Expected model weights in the repository, found none that are read",
      hint: "Name the files with --file. It has README.md, model.gguf",
    }),
  );
});
