import type { Report } from "./report.ts";
export async function writeReport(_report: Report): Promise<void> {}
