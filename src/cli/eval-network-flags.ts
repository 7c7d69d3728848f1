/** Flags that give scorers their networks; light, as every start of the program reads them. */
import type { Command } from "commander";

export interface NetworkFlags {
  readonly lpips?: string;
  readonly features?: string;
  readonly judge?: string;
  readonly judgeUrl?: string;
  readonly device?: string;
}

export function withNetworkFlags(command: Command): Command {
  return command
    .option("--lpips <path>", "weights of LPIPS-Alex (file, or a folder as the lpips package's): measures LPIPS, IF_*")
    .option(
      "--features <model|dir>",
      "whose features measure MD_1 and MD_2: a FLUX model, a folder of Stable Diffusion 2.1 (DIFT), or none; default the embedded model that runs",
    )
    .option("--judge <name>", "language model that judges before and after; not the planner's own")
    .option("--judge-url <url>", "its endpoint (OPENAI_BASE_URL)");
}
