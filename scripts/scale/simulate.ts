/** 10,000 people and a day of their edits, event by event, with the queue's own order of turns; the same numbers each time.
 * Prints Markdown. Every assumption is in `ASSUMED`; what was measured comes by the command line.
 * Usage: node --import tsx scripts/scale/simulate.ts [people=10000] [seconds of a fast edit on two cores=1.6] [of a full one=4.7]
 * [processor seconds of a preview=1] */
import { day, type Edit } from "./day.ts";
import { hosted } from "./hosted.ts";

const [people = 10_000, fast = 1.6, full = 4.7, previewProcessorSeconds = 1] = process.argv.slice(2).map(Number);

/** FLUX.1-dev at 512 px: a full edit is 70 drag iterations of 17.7 TFLOP (three times the 5.9 of the blocks up to the tap, with
 * recomputation) and 57 evaluations of 17.7; a fast one 30 evaluations (docs/flux.md, 1.9). */
const TFLOP = { full: (70 + 57) * 17.7, fast: 30 * 17.7 };

const ASSUMED = {
  /** What a data-centre GPU of 2024 keeps up in bf16, TFLOP/s; and seconds of an edit beside the transformer. */
  tflopPerSecond: 300,
  besides: 1.5,
  gpuHour: 2.5,
  coreHour: 0.04,
  /** 95 of 100 fast edits begin within that many seconds of the busiest hour. */
  goodWait: 10,
};

const gpu = {
  fast: TFLOP.fast / ASSUMED.tflopPerSecond + ASSUMED.besides,
  full: TFLOP.full / ASSUMED.tflopPerSecond + ASSUMED.besides,
};
const edits = day(people, 42);
const models = edits.filter(({ quality }) => quality !== "preview");
const cpu = { fast, full };

say(
  `${people} people, ${edits.length} edits in a day (${count("preview")} previews, ${count("fast")} fast, ${count("full")} full); `,
);
say(
  `busiest hour ${busiest()} edits with a model. A fast edit is ${gpu.fast.toFixed(1)} GPU seconds, a full one ${gpu.full.toFixed(1)}.\n\n`,
);
table("GPU workers", gpu, ASSUMED.gpuHour);
say("\n");
table("CPU workers (embedded model, 2 cores each)", cpu, 2 * ASSUMED.coreHour);
say(`\nPreviews: ${((count("preview") * previewProcessorSeconds) / 3600).toFixed(0)} core hours a day, `);
say(`${((hourOf("preview") * previewProcessorSeconds) / 3600).toFixed(1)} cores in the busiest hour.\n`);

function table(title: string, service: Service, hourly: number): void {
  say(
    `| ${title} | busy | wait p50 | wait p95, fast | wait p95, full | worst | a day |\n| --- | --- | --- | --- | --- | --- | --- |\n`,
  );
  const needed = enough(service);
  for (const workers of [...new Set([Math.ceil(needed * 0.75), needed - 1, needed, Math.ceil(needed * 1.5)])]) {
    if (workers < 1) continue;
    const found = hosted(models, workers, service);
    const cost = `$${(workers * 24 * hourly).toFixed(0)}`;
    const waits = [found.all.p50, found.fast.p95, found.full.p95, found.all.worst].map(shown).join(" | ");
    say(
      `| ${workers}${workers === needed ? " (enough)" : ""} | ${(100 * found.busy).toFixed(0)} % | ${waits} | ${cost} |\n`,
    );
  }
  const used = models.reduce((sum, { quality }) => sum + service[quality === "full" ? "full" : "fast"], 0);
  const each = ((needed * 24 * hourly) / models.length) * 1000;
  say(
    `\nWork ${(used / 3600).toFixed(0)} hours a day; $${each.toFixed(2)} for 1000 edits with that many workers all day, `,
  );
  say(`$${((used / 3600) * hourly * (1000 / models.length)).toFixed(2)} where workers come and go with the load.\n`);
}

/** The fewest workers with which fast edits begin soon, over the whole day. */
function enough(service: Service): number {
  // Below that the day's work alone would not be done.
  let workers = Math.ceil(
    models.reduce((sum, { quality }) => sum + service[quality === "full" ? "full" : "fast"], 0) / 86_400,
  );
  while (hosted(models, workers, service).fast.p95 > ASSUMED.goodWait) workers++;
  return workers;
}

type Service = Readonly<Record<"fast" | "full", number>>;

function count(quality: Edit["quality"]): number {
  return edits.filter((edit) => edit.quality === quality).length;
}

function hourOf(quality?: Edit["quality"]): number {
  const hours = new Map<number, number>();
  for (const { at, quality: its } of edits) {
    const hour = Math.floor(at / 3600);
    if (quality === undefined ? its !== "preview" : its === quality) hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  return Math.max(...hours.values());
}

function busiest(): number {
  return hourOf();
}

function shown(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(0)} min`;
}

function say(text: string): void {
  process.stdout.write(text);
}
