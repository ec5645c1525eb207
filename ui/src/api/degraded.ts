/**
 * Answers that the server gave with a part missing say why in the header `X-Weft-Degraded`. The reasons in force:
 * a path's reason goes when it answers in full again.
 */
export class Degradations {
  private reasons: ReadonlyMap<string, string> = new Map();
  private present: readonly string[] = [];
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Each reason once. */
  readonly current = (): readonly string[] => this.present;

  /** `reason`: of the newest answer to a path, without its query; `null` when nothing is missing. */
  note(path: string, reason: string | null): void {
    const key = path.split('?')[0] ?? path;
    if ((this.reasons.get(key) ?? null) === reason) return;
    const next = new Map(this.reasons);
    if (reason === null) next.delete(key);
    else next.set(key, reason);
    this.reasons = next;
    this.present = [...new Set(next.values())];
    for (const listener of this.listeners) listener();
  }
}

/** Those of this browser window. */
export const degradations = new Degradations();
