/** How many traces a view may ask for. */
export const traceLimits = [20, 50, 100, 200, 500] as const;
