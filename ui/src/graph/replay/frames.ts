import type { Replay } from '../graphState';

/** Seconds of the past between two frames. */
export const frameStep = 10;

/** Lengths of a replay, in seconds. */
export const replayWindows = [60, 300, 600, 1800] as const;

/** Milliseconds that a frame stays. */
export const replaySpeeds = { slow: 5000, medium: 3000, fast: 1000 } as const;
export type ReplaySpeed = keyof typeof replaySpeeds;

/** A replay of a window that ends at `end` (seconds since 1970), on whole frames, at its first frame. */
export function startReplay(window: number, end: number): Replay {
  const last = Math.floor(end / frameStep) * frameStep;
  return { start: last - window, window, at: last - window };
}

/** `null`: the end is reached. */
export function nextFrame(replay: Replay): Replay | null {
  const at = replay.at + frameStep;
  return at > replay.start + replay.window ? null : { ...replay, at };
}
