interface Props {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly least?: number;
  readonly onSet: (value: number) => void;
}

/** Takes effect on Enter, on leaving and with the arrow keys. */
export function NumberField({ label, unit, value, least, onSet }: Props) {
  const shown = Math.round(10 * value) / 10;
  return (
    <label class="number-field">
      <span>{label}</span>
      <span class="number-box">
        <input
          type="number"
          step="1"
          {...(least === undefined ? {} : { min: least })}
          value={shown}
          onChange={({ currentTarget }) => {
            const next = currentTarget.valueAsNumber;
            if (Number.isFinite(next) && next !== shown && next >= (least ?? -Infinity)) onSet(next);
          }}
        />
        <span class="unit">{unit}</span>
      </span>
    </label>
  );
}
