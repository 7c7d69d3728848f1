/** Installs the programs by others before the tests that use them. */
import { installNode } from "./install.ts";

await installNode();
