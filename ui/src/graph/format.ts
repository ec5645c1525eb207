/** Two decimals at most, no trailing zeros; what would read as 0 keeps its first digit. */
export function decimal(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.005) return Number(value.toPrecision(1)).toString();
  return Number(value.toFixed(2)).toString();
}

export function percent(value: number): string {
  return `${Number(value.toFixed(1))}%`;
}

export function requestRate(value: number): string {
  return `${decimal(value)}rps`;
}

export function messageRate(value: number): string {
  return `${decimal(value)}mps`;
}

/** Bytes per second, in kilobytes (1,024) from 1,024 on. */
export function byteRate(value: number): string {
  if (value < 1024) return `${decimal(value)}bps`;
  const kilobytes = value / 1024;
  return kilobytes < 1024 ? `${decimal(kilobytes)}kps` : `${decimal(kilobytes / 1024)}Mps`;
}

/** Milliseconds as `12ms`, from a second on as `1.2s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)}ms` : `${decimal(milliseconds / 1000)}s`;
}
