/** One move: its name and kind, and, when selected, everything about it as numbers. */

import { proposals, propose, proposing } from "../actions/propose.ts";
import { adjust } from "../actions/regions.ts";
import { isStill, untouched } from "../geometry/motion.ts";
import { movesAlong } from "../state/moves-along.ts";
import {
  change,
  handle,
  mark,
  moving,
  type Operation,
  operations,
  removeOperation,
  reorder,
  selectedKey,
} from "../state/operations.ts";
import { refusal, refusedOperation, warningsOf } from "../state/preview.ts";
import { put } from "../state/put.ts";
import { number, t } from "../words.ts";
import { IconButton } from "./Icon.tsx";
import { NumberField } from "./NumberField.tsx";
import { Proposals } from "./Proposals.tsx";
import { Warnings } from "./Warnings.tsx";

interface Props {
  readonly operation: Operation;
  readonly index: number;
}

export function OperationCard({ operation, index }: Props) {
  const { key, label, region } = operation;
  const open = selectedKey.value === key;
  const count = operations.value.length;
  const refused = refusal.value;
  const warnings = warningsOf(moving.value.indexOf(operation)).filter(
    ({ polygon }) => polygon === undefined || !movesAlong(polygon, operation),
  );
  const mine = refused !== undefined && refusedOperation() === operation ? [refused] : [];
  return (
    <li class={open ? "operation open" : "operation"}>
      <div class="operation-head">
        <button type="button" class="operation-name" aria-expanded={open} onClick={() => put(selectedKey, key)}>
          <span class="badge">{index + 1}</span>
          <span>
            {label}
            <small>{summary(operation)}</small>
          </span>
        </button>
        {count > 1 && (
          <>
            <IconButton
              name="up"
              label={t("moveUp")}
              size={16}
              disabled={index === 0}
              onPress={() => reorder(key, -1)}
            />
            <IconButton
              name="down"
              label={t("moveDown")}
              size={16}
              disabled={index === count - 1}
              onPress={() => reorder(key, 1)}
            />
          </>
        )}
        <IconButton name="bin" label={`${t("remove")}: ${label}`} size={16} onPress={() => removeOperation(key)} />
      </div>
      <Warnings
        warnings={[...region.warnings.filter(({ code }) => code !== "region-touches-border"), ...warnings]}
        operation={operation}
      />
      <Warnings warnings={mine} hint={refused?.hint} operation={operation} />
      {open && <Details operation={operation} />}
    </li>
  );
}

function summary({ handling, region }: Operation): string {
  const { by, degrees, scale } = handling;
  const parts = [
    ...(by[0] !== 0 || by[1] !== 0 ? [`${signed(by[0])}, ${signed(by[1])} px`] : []),
    ...(degrees !== 0 ? [`${number(degrees, 1)}°`] : []),
    ...(scale[0] !== 1 || scale[1] !== 1 ? [`${number(100 * scale[0])} × ${number(100 * scale[1])} %`] : []),
  ];
  const size = `${number(region.box[2] - region.box[0])} × ${number(region.box[3] - region.box[1])} px`;
  return parts.length > 0 ? parts.join(" · ") : size;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${number(value, 1)}`;
}

function Details({ operation }: { operation: Operation }) {
  const { key, label, handling, keepSource, region } = operation;
  const { by, degrees, scale, anchor, bend } = handling;
  const set = (part: Parameters<typeof handle>[1]) => {
    mark();
    handle(key, part);
  };
  return (
    <div class="details">
      <label class="field">
        <span>{t("label")}</span>
        <input
          type="text"
          maxLength={200}
          value={label}
          onChange={(event) => change(key, { label: event.currentTarget.value })}
        />
      </label>
      <fieldset class="segments grow" aria-label={t("motion")}>
        <button type="button" aria-pressed={!bend} title={t("motionCutHint")} onClick={() => set({ bend: false })}>
          {t("motionCut")}
        </button>
        <button type="button" aria-pressed={bend} title={t("motionBendHint")} onClick={() => set({ bend: true })}>
          {t("motionBend")}
        </button>
      </fieldset>
      <div class="numbers">
        <NumberField label={t("fieldX")} unit="px" value={by[0]} onSet={(x) => set({ by: [x, by[1]] })} />
        <NumberField label={t("fieldY")} unit="px" value={by[1]} onSet={(y) => set({ by: [by[0], y] })} />
        <NumberField label={t("fieldTurn")} unit="°" value={degrees} onSet={(value) => set({ degrees: value })} />
        <NumberField
          label={t("fieldWidth")}
          unit="%"
          value={100 * scale[0]}
          least={1}
          onSet={(x) => set({ scale: [x / 100, scale[1]] })}
        />
        <NumberField
          label={t("fieldHeight")}
          unit="%"
          value={100 * scale[1]}
          least={1}
          onSet={(y) => set({ scale: [scale[0], y / 100] })}
        />
        <NumberField
          label={t("fieldAnchorX")}
          unit="px"
          value={anchor[0]}
          onSet={(x) => set({ anchor: [x, anchor[1]] })}
        />
        <NumberField
          label={t("fieldAnchorY")}
          unit="px"
          value={anchor[1]}
          onSet={(y) => set({ anchor: [anchor[0], y] })}
        />
      </div>
      <div class="button-row">
        <button type="button" class="secondary small" onClick={() => void adjust(operation, { grow: 3 })}>
          {t("grow")}
        </button>
        <button type="button" class="secondary small" onClick={() => void adjust(operation, { grow: -3 })}>
          {t("shrink")}
        </button>
        <button type="button" class="secondary small" onClick={() => void adjust(operation, { feather: 4 })}>
          {t("feather")}
        </button>
        <button
          type="button"
          class="secondary small"
          disabled={isStill(handling)}
          onClick={() => set(untouched(region.centroid))}
        >
          {t("reset")}
        </button>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={keepSource}
          onChange={(event) => change(key, { keepSource: event.currentTarget.checked })}
        />
        {t("keepSource")}
      </label>
      {!isStill(handling) && (
        <button
          type="button"
          class="secondary small"
          disabled={proposing.value}
          onClick={() => void propose(operation)}
        >
          {t("propose")}
        </button>
      )}
      {proposals.value?.key === key && <Proposals operation={operation} />}
    </div>
  );
}
