/** dragflow doctor: is everything here that an edit needs? One line per finding, with advice. */
import type { Command } from "commander";
import { wantedHome } from "../session/home.ts";
import type { CliRun } from "./deps.ts";
import type { EndpointReport } from "./doctor-endpoint.ts";
import { type Finding, lineOf } from "./doctor-finding.ts";
import { MACHINE_CHECKS, type MachineFlags } from "./doctor-machine.ts";
import { checkQueue } from "./doctor-queue.ts";
import { type QueueFlags, withQueueFlags } from "./shared-queue.ts";

interface DoctorFlags extends MachineFlags, QueueFlags {
  readonly json?: boolean;
  readonly llm?: string;
  readonly baseUrl?: string;
}

export function addDoctor(program: Command, run: CliRun): void {
  const words = "check this machine, the configured model endpoint and the shared queue";
  withQueueFlags(program.command("doctor").description(`${words}: exit 0 when everything is there, else 1`))
    .option("--json", "print one JSON object")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)")
    .option("--roots <dirs>", "folders that tools may read and write, separated like PATH (DRAGFLOW_ROOTS)")
    .option("--llm <name>", "model to try out (DRAGFLOW_LLM)")
    .option("--base-url <url>", "its endpoint (OPENAI_BASE_URL)")
    .action((flags: DoctorFlags) => doctor(run, flags));
}

async function doctor(run: CliRun, flags: DoctorFlags): Promise<void> {
  const findings: Finding[] = [];
  for (const check of MACHINE_CHECKS) findings.push(await check(run, flags));
  findings.push(...(await checkQueue(run, flags, homeOf(run, flags))));
  const endpoint = await endpointReport(run, flags);
  findings.push(...endpoint.findings);
  const ok = findings.every((finding) => finding.ok);
  run.exitCode = ok ? 0 : 1;
  run.stdout.write(flags.json ? `${JSON.stringify({ ok, ...endpoint, findings })}\n` : findings.map(lineOf).join(""));
}

/** Nothing leaves this machine where no endpoint is configured. Loaded late: the SDK takes a quarter of a second. */
async function endpointReport(run: CliRun, flags: DoctorFlags): Promise<EndpointReport> {
  const { configuredModel } = await import("../agent/index.ts");
  const { checkEndpoint } = await import("./doctor-endpoint.ts");
  const home = homeOf(run, flags);
  const source = configuredModel({ env: run.env, llm: flags.llm, baseUrl: flags.baseUrl, home });
  if (source !== undefined) return checkEndpoint(run, source);
  const text = "no model endpoint is configured: requests are read by the local grammar";
  const advice =
    "For a model that sees, set DRAGFLOW_LLM (or --llm) and OPENAI_BASE_URL (or --base-url) or OPENAI_API_KEY";
  return { findings: [{ name: "endpoint", ok: true, isNote: true, text, advice }] };
}

function homeOf({ env }: CliRun, { home }: DoctorFlags): string {
  return wantedHome({ env, ...(home === undefined ? {} : { flag: home }) });
}
