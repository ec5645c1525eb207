/** Round values from 0 to a maximum, about as many as wanted: 1, 2 or 5 times a power of ten apart. */
export function niceTicks(highest: number, wanted: number): readonly number[] {
  const rough = highest / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, i) => i * step);
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 604800].map((seconds) => seconds * 1000);

/** Round moments (milliseconds) between two. */
export function timeTicks(from: number, to: number, wanted: number): readonly number[] {
  const step = steps.find((candidate) => (to - from) / candidate <= wanted) ?? 604_800_000;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}
