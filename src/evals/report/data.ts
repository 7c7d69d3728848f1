/** What the page knows: the result without what it does not show, in the order in which it shows it. */
import { methodLabel } from "../columns.ts";
import { BASELINE_FAILED, type CaseResult, EDIT, type Interval, type SuiteResult } from "../result.ts";
import type { Scorer } from "../scorer.ts";
import type { TableWish } from "../table.ts";
import { againstLabel, notesOf, signed, summaryOf, titleOf } from "../words.ts";

export interface ReportData {
  readonly suite: string;
  readonly status: SuiteResult["status"];
  readonly summary: string;
  /** Label and value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly command: string;
  readonly scorers: readonly Pick<
    Scorer,
    "name" | "label" | "direction" | "unit" | "digits" | "source" | "noise" | "isDetail"
  >[];
  /** By the order of the methods, each with a text for every scorer. */
  readonly means: readonly { readonly label: string; readonly isEdit: boolean; readonly cells: readonly string[] }[];
  readonly comparisons: readonly { readonly label: string; readonly cells: readonly string[] }[];
  readonly notes: readonly string[];
  readonly cases: readonly ReportCase[];
}

export interface ReportCase {
  /** Of the link: #case-… */
  readonly id: string;
  readonly title: string;
  readonly status: CaseResult["status"];
  readonly said?: string;
  readonly tags: readonly string[];
  readonly provenance?: string;
  readonly image: string;
  readonly understood: string;
  readonly tier: string;
  /** The edit's numbers in the order of the scorers; null where there is none. */
  readonly values: readonly (number | null)[];
  /** Edit − older run; absent without an older run that has the case. */
  readonly deltas?: readonly (number | null)[];
  readonly methods: readonly {
    readonly label: string;
    readonly isEdit: boolean;
    readonly values: readonly (number | null)[];
  }[];
  readonly notes: readonly string[];
  readonly steps: readonly string[];
  readonly usage: string;
  readonly losses: readonly number[];
  readonly recipe: string;
  readonly command: string;
  /** Names of the pictures that the page carries for it, by what they show. */
  readonly pictures: readonly (readonly [label: string, id: string])[];
}

export interface DataWish extends TableWish {
  /** An older run's cases by title. */
  readonly old?: ReadonlyMap<string, CaseResult> | undefined;
  pictures(one: CaseResult): ReportCase["pictures"];
  command(one: CaseResult): string;
}

export function reportData(result: SuiteResult, columns: readonly Scorer[], wish: DataWish): ReportData {
  const { suite, status, host, settings, command, missed, notes, comparisons } = result;
  return {
    suite,
    status,
    summary: summaryOf(result),
    facts: [
      ["Quality", settings.quality],
      ["Model", settings.model],
      ["Seed", String(settings.seed)],
      ["DragFlow", host.version],
      ["Host", `${host.cpu}, ${host.platform}, Node.js ${host.node}`],
      ["Time", `${result.cases.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0).toFixed(0)} s`],
    ],
    command,
    scorers: columns.map(({ name, label, direction, unit, digits, source, noise, isDetail }) => {
      return { name, label, direction, unit, digits, source, noise, isDetail: isDetail ?? false };
    }),
    means: result.summary.map(({ method, intervals }) => ({
      label: methodLabel(method, wish.labels),
      isEdit: method === EDIT,
      cells: columns.map(({ name, digits }) => meanText(intervals[name], digits, method === EDIT)),
    })),
    comparisons: comparisons.map((comparison) => ({
      label: `edit − ${againstLabel(comparison, wish.labels)}`,
      cells: columns.map(({ name, digits }) => {
        const row = comparison.scorers[name];
        if (row === undefined) return "–";
        return `${signed(row.mean, digits)} [${row.low.toFixed(digits)}, ${row.high.toFixed(digits)}] ${row.wins}/${row.ties}/${row.losses}`;
      }),
    })),
    notes: [...missed, ...notes],
    cases: result.cases.map((one) => reportCase(one, columns, wish)),
  };
}

function meanText(interval: Interval | undefined, digits: number, isEdit: boolean): string {
  if (interval === undefined) return "–";
  const { mean, low, high, count } = interval;
  const text = mean.toFixed(digits);
  return isEdit && count > 1 ? `${text} [${low.toFixed(digits)}, ${high.toFixed(digits)}]` : text;
}

function reportCase(one: CaseResult, columns: readonly Scorer[], wish: DataWish): ReportCase {
  const title = titleOf(one);
  const source = one.provenance;
  const base = {
    id: `case-${slug(title)}`,
    title,
    status: one.status,
    ...(one.said === undefined ? {} : { said: one.said }),
    ...(source ? { provenance: `${source.dataset}, ${source.sample}` } : {}),
    tags: one.tags,
    image: one.image,
    command: wish.command(one),
    pictures: wish.pictures(one),
  };
  if (one.status === "crashed") {
    const notes = [`${one.error.code}: ${one.error.message}`, ...(one.error.hint ? [one.error.hint] : [])];
    return { ...base, ...NOTHING, values: columns.map(() => null), notes };
  }
  const values = valuesOf(one, EDIT, columns);
  const before = wish.old?.get(title);
  const deltas = before && valuesOf(before, EDIT, columns).map((old, i) => minus(values[i], old));
  return {
    ...base,
    understood: one.understood,
    tier: one.tier,
    values,
    ...(deltas ? { deltas } : {}),
    methods: one.methods.map(({ method }) => ({
      label: methodLabel(method, wish.labels),
      isEdit: method === EDIT,
      values: valuesOf(one, method, columns),
    })),
    notes: [
      ...notesOf(one),
      ...one.warnings.filter(({ code }) => code !== BASELINE_FAILED).map(({ code, message }) => `${code}: ${message}`),
    ],
    steps: (one.steps ?? []).map(({ tool, why, at, isError }) => {
      return `${at.toFixed(1)} s  ${tool}${isError ? " (error)" : ""}${why === "" ? "" : `: ${why}`}`;
    }),
    usage: usageText(one),
    losses: one.losses,
    recipe: recipeText(one.recipe),
  };
}

const NOTHING = { understood: "", tier: "", methods: [], steps: [], usage: "", losses: [], recipe: "" } as const;

function valuesOf(one: CaseResult, method: string, columns: readonly Scorer[]): (number | null)[] {
  const measures = one.status === "crashed" ? undefined : one.methods.find((row) => row.method === method)?.measures;
  return columns.map(({ name }) => measures?.[name] ?? null);
}

function minus(a: number | null | undefined, b: number | null): number | null {
  return a === null || a === undefined || b === null ? null : a - b;
}

function usageText(one: CaseResult): string {
  const usage = one.status === "crashed" ? undefined : one.usage;
  if (usage === undefined) return "";
  const money = usage.money ? `, ${usage.money.amount.toFixed(4)} ${usage.money.currency}` : "";
  return `${usage.inputTokens} tokens in, ${usage.outputTokens} out${money}`;
}

/** Masks as data are of no use to a reader. */
function recipeText(recipe: object): string {
  return JSON.stringify(
    recipe,
    (_, value: unknown) => (typeof value === "string" && value.startsWith("data:") ? `${value.slice(0, 32)}…` : value),
    1,
  );
}

/** Letters, digits, "-" and "."; what differs only elsewhere shares it, and the page then links to the first. */
export function slug(text: string): string {
  return text.replaceAll(/[^\w.]+/g, "-");
}
