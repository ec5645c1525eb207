/** A line without axes: how a rate went. Values from the oldest, errors at the same times. */
export function Sparkline({ values, errors, label }: { readonly values: readonly number[]; readonly errors: readonly number[]; readonly label: string }) {
  const highest = Math.max(...values, ...errors, 0);
  if (values.length < 2 || highest === 0) return <span className="weft-spark weft-spark--empty" />;
  const points = (line: readonly number[]) => line.map((value, i) => `${(100 * i) / (line.length - 1)},${(28 - (26 * value) / highest).toFixed(2)}`).join(' ');
  return (
    <svg className="weft-spark" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label={label}>
      <polygon points={`0,30 ${points(values)} 100,30`} className="weft-spark__area" />
      <polyline points={points(values)} className="weft-spark__line" vectorEffect="non-scaling-stroke" />
      {errors.some((value) => value > 0) && <polyline points={points(errors)} className="weft-spark__errors" vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
