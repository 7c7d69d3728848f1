import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { loadSuite } from "../../../src/evals/suite/load.ts";
import { photo } from "../../helpers/mcp.ts";
import { damaged } from "../bytes.ts";
import { damagedJson } from "../json.ts";
import type { Target } from "../target.ts";

const SUITE = {
  name: "s",
  defaults: { quality: "preview", seed: 3, trials: 2, tags: ["a"], thresholds: { source_psnr: { min: 20 } } },
  cases: [
    {
      name: "edit",
      image: "photo.png",
      edit: [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [3, 1] } }],
      thresholds: { source_psnr: { min: 1, weight: 2 } },
    },
    {
      name: "say",
      image: "photo.png",
      say: "move it right",
      region: { at: [9, 9] },
      expect: { type: "relocation", direction: { degrees: 0, within: 20 }, region: { is: { box: [1, 1, 9, 9] } } },
    },
  ],
};
const ALIASED =
  "name: s\ncases:\n  - {name: a, image: photo.png, say: x, thresholds: &t {source_psnr: {min: 1}}}\n" +
  "  - {name: b, image: photo.png, say: y, thresholds: *t}\n";
const TOKENS = [
  "&a ",
  "*a",
  "- ",
  "? ",
  ": ",
  "|\n",
  ">\n",
  "!!binary ",
  "!!set ",
  "!!str ",
  "%YAML 1.1\n",
  "---\n",
  "...\n",
  "<<: *a",
  "#",
  "'",
  '"',
  "\t",
  "{",
  "}",
  "[",
  "]",
  ",",
  "\n  ",
];

export const suite: Target = {
  name: "suite",
  share: 5,
  inMemory: true,
  codes: ["suite-invalid"],
  seeds: () => [Buffer.from(stringify(SUITE)), Buffer.from(JSON.stringify(SUITE)), Buffer.from(ALIASED)],
  mutate: (input, other, dice) =>
    dice.once(3) ? damagedJson(input, other, dice) : damaged(input, other, dice, TOKENS),
  async open(dir) {
    await photo(join(dir, "photo.png"));
    return async (input) => {
      writeFileSync(join(dir, "suite.yaml"), input);
      await loadSuite("suite.yaml", dir);
    };
  },
};
