/** How many spans are laid over charts and logs at most. */
export const spanLimits = [20, 100, 500, 1000] as const;
export const defaultSpanLimit = 100;

export function parseSpanLimit(value: string | null): number {
  return spanLimits.find((limit) => String(limit) === value) ?? defaultSpanLimit;
}
