/** What speaks against the moves, each with the button that mends it where one can. */
import { adjust, moveAlong, tighten } from "../actions/regions.ts";
import { insideBy } from "../geometry/inside.ts";
import { handle, mark, type Operation, removeOperation } from "../state/operations.ts";
import { current } from "../state/picture.ts";
import { t } from "../words.ts";
import { Icon } from "./Icon.tsx";
import { spoken } from "./spoken.ts";

interface Doubt {
  readonly code: string;
  readonly message: string;
  readonly polygon?: readonly (readonly number[])[];
}

interface Props {
  readonly warnings: readonly Doubt[];
  readonly hint?: string | undefined;
  readonly operation?: Operation;
}

export function Warnings({ warnings, hint, operation }: Props) {
  return (
    <>
      {warnings.map((doubt) => {
        const { code, message } = doubt;
        const fix = operation && fixOf(doubt, operation);
        return (
          <div class="warning" key={code + message}>
            <Icon name="warning" size={16} />
            <p>
              {spoken(message)}
              {hint && <small>{hint}</small>}
            </p>
            {fix && (
              <button type="button" class="secondary small" onClick={fix}>
                {t("fix")}
              </button>
            )}
          </div>
        );
      })}
    </>
  );
}

/** Undefined where only a person can tell what is meant. */
function fixOf({ code, polygon }: Doubt, operation: Operation): (() => void) | undefined {
  const { key, region, handling } = operation;
  if (polygon !== undefined) return () => void moveAlong(operation, polygon);
  switch (code) {
    case "region-tiny":
    case "region-small":
      return () => void adjust(operation, { grow: 6 });
    case "region-loose":
      return () => void tighten(operation);
    case "region-fragmented":
      return () => void adjust(operation, { feather: 6 });
    case "target-clipped":
    case "target-outside":
      return () => {
        mark();
        handle(key, { by: insideBy(region.box, handling, current.value ?? { width: 0, height: 0 }) });
      };
    case "motion-tiny":
      return () => {
        mark();
        const size = Math.max(8, 0.25 * (region.box[2] - region.box[0]));
        handle(key, { by: [Math.round(size), handling.by[1]] });
      };
    case "opposing-motions":
    case "regions-overlap":
    case "overlapping-regions":
      return () => removeOperation(key);
    default:
      return undefined;
  }
}
