interface Props {
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** A curve without axes; its words stand beside it. */
export function Sparkline({ values, width, height }: Props) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (i: number) => (i / Math.max(1, values.length - 1)) * (width - 4) + 2;
  const y = (value: number) => height - 3 - ((value - low) / Math.max(1e-12, high - low)) * (height - 6);
  const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <svg class="sparkline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <polyline points={points} fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round" />
    </svg>
  );
}
