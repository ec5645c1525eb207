/** `http.status_code=503 error=true` as a map; `null` when a part is no `name=value`. */
export function parseTags(text: string): Readonly<Record<string, string>> | null {
  const parts = text.trim().split(/\s+/).filter((part) => part !== '');
  const tags: Record<string, string> = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 1) return null;
    tags[part.slice(0, at)] = part.slice(at + 1).replace(/^"(.*)"$/, '$1');
  }
  return tags;
}

const units = { us: 1, µs: 1, ms: 1000, s: 1_000_000, m: 60_000_000 } as const;

/** `100ms` in microseconds; `undefined` for what is no duration, `null` for nothing. */
export function parseDurationText(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const match = /^(\d+(?:\.\d+)?)\s*(us|µs|ms|s|m)$/.exec(text.trim());
  return match === null ? undefined : Math.round(Number(match[1]) * units[match[2] as keyof typeof units]);
}
