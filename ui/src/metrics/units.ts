/** Three digits that matter, no trailing zeros. */
function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let [amount, at] = [value, 0];
  while (Math.abs(amount) >= base && at < units.length - 1) {
    amount /= base;
    at++;
  }
  return `${short(amount)} ${units[at] ?? ''}`.trim();
}

/** A value of a chart in its unit, as axes and tooltips show it. Kiali's units: bits count in thousands, bytes in 1,024. */
export function formatValue(value: number, unit: string): string {
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'bytes':
    case 'bytes-si':
      return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
    case 'bitrate':
    case 'bitrate-si':
      return scaled(value, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s']);
    case 'bytesrate':
    case 'bytes/s':
      return scaled(value, 1024, ['B/s', 'KiB/s', 'MiB/s', 'GiB/s']);
    case 'ops':
      return scaled(value, 1000, ['ops', 'kops', 'Mops']);
    case 'rps':
      return `${short(value)} rps`;
    case 'connrate':
      return `${short(value)} conn/s`;
    case 'msgrate':
      return `${short(value)} msg/s`;
    default:
      return scaled(value, 1000, ['', 'k', 'M', 'G', 'T']) + (unit === '' ? '' : ` ${unit}`);
  }
}

export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${short(seconds * 1e6)} µs`;
  if (size < 1) return `${short(seconds * 1000)} ms`;
  if (size < 60) return `${short(seconds)} s`;
  return size < 3600 ? `${short(seconds / 60)} min` : `${short(seconds / 3600)} h`;
}

/** Distances between the ticks of an axis that read well in the unit: of 2 for bytes, of 10 else (`undefined`: the chart's own). */
export function tickDistances(unit: string): number[] | undefined {
  if (!unit.startsWith('bytes')) return undefined;
  return Array.from({ length: 48 }, (_, i) => 2 ** i);
}

/** The label of a moment (seconds since 1970) on an axis whose ticks are `distance` seconds apart. */
export function formatTick(seconds: number, distance: number): string {
  const at = new Date(seconds * 1000);
  if (distance >= 86_400) return at.toLocaleDateString(undefined, { month: 'short', day: 'numeric' });
  return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(distance < 60 && { second: '2-digit' }) });
}
