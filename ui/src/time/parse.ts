import { defaults } from '../settings/defaults';
import { refreshIntervals } from './time';

export function parseDuration(value: string | null): number {
  const number = Number(value);
  return value !== null && Number.isInteger(number) && number > 0 ? number : defaults().duration;
}

export function parseRefresh(value: string | null): number {
  const number = Number(value);
  return value !== null && value !== '' && refreshIntervals.some((interval) => interval === number) ? number : defaults().refresh;
}
