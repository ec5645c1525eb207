import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { defaultGraphState } from '../graphState';
import { DisplayMenu } from './DisplayMenu';

const all = { responseTime: false, responseTimeAverage: false, responseTimePercentiles: false, requestSize: false, responseSize: false };

async function open(disabled: typeof all | null, state: Partial<typeof defaultGraphState> = {}) {
  const patch = vi.fn();
  render(<DisplayMenu state={{ ...defaultGraphState, ...state }} ambientEnabled={false} isNodeGraph={false} disabled={disabled} patch={patch} />);
  await userEvent.click(screen.getByRole('button', { name: 'Display' }));
  return patch;
}

const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });

it('does not offer labels that have no metrics, and says why', async () => {
  await open({ ...all, responseTime: true, requestSize: true, responseSize: true });
  expect([box('Response time').disabled, box('Throughput').disabled, box('Traffic rate').disabled]).toEqual([true, true, false]);
  expect(screen.getAllByText('The metrics store has no metrics for this.')).toHaveLength(2);
});

it('begins with the first kind of response time that has metrics', async () => {
  const patch = await open({ ...all, responseTimePercentiles: true, requestSize: true });
  await userEvent.click(box('Response time'));
  await userEvent.click(box('Throughput'));
  expect(patch.mock.calls).toEqual([[{ responseTime: 'avg' }], [{ throughput: 'throughputResponse' }]]);
});

it('lets what an address has switched on be switched off', async () => {
  const patch = await open({ ...all, responseTime: true, responseTimeAverage: true, responseTimePercentiles: true }, { responseTime: 'rt95' });
  expect(screen.getByRole<HTMLInputElement>('radio', { name: '95th percentile' }).disabled).toBe(true);
  await userEvent.click(box('Response time'));
  expect(patch).toHaveBeenCalledWith({ responseTime: null });
});

it('offers all while the server has not told what it lacks', async () => {
  await open(null);
  expect([box('Response time').disabled, box('Throughput').disabled]).toEqual([false, false]);
});
