/** A forecast as the API shows it: each doubt beside the operation that it concerns. */
import type { z } from "@hono/zod-openapi";
import type { EditForecast, Warning } from "../../engine/api.ts";
import { tidied } from "../../tools/places.ts";
import type { forecastView as schema } from "./spec/plan.ts";

export function forecastView({
  regions,
  editable,
  view,
  recipe: _,
  files: __,
  ...rest
}: EditForecast): z.input<typeof schema> {
  const labels = regions.map(({ label }) => label);
  return {
    ...rest,
    regions: regions.map(({ motion: ___, ...region }) => ({
      ...region,
      box: [...region.box],
      centroid: tidied(region.centroid),
      targetBox: tidied(region.targetBox),
      target: tidied(region.target),
    })),
    editable: { box: [...editable.box], area: editable.area },
    ...(view && { view: { ...view, crop: [...view.crop] } }),
    warnings: rest.warnings.map((warning) => withOperation(warning, labels)),
  };
}

/** Lints name regions by their labels, in quotes. Where two are called alike nothing is said. */
function withOperation(warning: Warning, labels: readonly string[]): Warning & { operation?: number } {
  const named = labels.flatMap((label, index) => (warning.message.includes(`"${label}"`) ? [index] : []));
  const [operation] = named;
  return named.length === 1 && operation !== undefined ? { ...warning, operation } : { ...warning };
}
