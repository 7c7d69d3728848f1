/** Numbers for Prometheus, of this server alone. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EditOutcome } from "../engine/api.ts";

export class Metrics {
  readonly registry = new Registry();
  readonly #jobs: Counter<"lane" | "status">;
  readonly #stages: Histogram<"stage" | "quality">;
  readonly #live: Histogram<"result">;
  readonly #requests: Histogram<"method" | "route" | "status">;
  readonly #peak: Gauge;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 10 });
    this.#jobs = new Counter({
      name: "dragflow_jobs_total",
      help: "Jobs that have ended",
      labelNames: ["lane", "status"],
      registers,
    });
    this.#stages = new Histogram({
      name: "dragflow_edit_stage_seconds",
      help: "Seconds of an edit by stage",
      labelNames: ["stage", "quality"],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900],
      registers,
    });
    this.#live = new Histogram({
      name: "dragflow_live_preview_seconds",
      help: "Seconds of a live preview",
      labelNames: ["result"],
      buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    });
    this.#requests = new Histogram({
      name: "dragflow_http_request_seconds",
      help: "Seconds until an answer begins",
      labelNames: ["method", "route", "status"],
      buckets: [0.005, 0.02, 0.1, 0.5, 1, 5, 30, 60],
      registers,
    });
    this.#peak = new Gauge({
      name: "dragflow_edit_peak_memory_bytes",
      help: "Most memory of the process that made the last edit",
      registers,
    });
  }

  /** Read whenever somebody asks for the numbers. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await read());
      },
    });
  }

  /** The same, with one figure for each value of a label. What cannot be read is left out. */
  labelled(name: string, help: string, label: string, read: () => Promise<Readonly<Record<string, number>>>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        this.reset();
        const figures = await read().catch(() => ({}));
        for (const [value, figure] of Object.entries(figures)) this.set({ [label]: value }, figure);
      },
    });
  }

  jobEnded(lane: string, status: string): void {
    this.#jobs.inc({ lane, status });
  }

  edited({ seconds, recipe, peakMemoryBytes }: EditOutcome): void {
    for (const [stage, spent] of Object.entries(seconds)) {
      this.#stages.observe({ stage, quality: recipe.quality }, spent);
    }
    this.#peak.set(peakMemoryBytes);
  }

  live(result: "done" | "cancelled" | "failed", seconds: number): void {
    this.#live.observe({ result }, seconds);
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }
}
