import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { decodeMetrics } from '../api/metrics';
import { recordedJson } from '../testGraph';
import { failure, pageUnderTest, showPage } from '../testPage';
import { usageCharts } from './ControlPlaneCharts';
import { MeshPage } from './MeshPage';

// Neither canvas nor chart can be drawn without a browser; what stands beside them can.
vi.mock('../graph/canvas/GraphCanvas', () => ({ default: () => <div data-test="graph-canvas" /> }));
vi.mock('../metrics/TimeChart', () => ({ TimeChart: ({ name, data }: { readonly name: string; readonly data: { readonly times: readonly number[] } }) => <p>{`chart of ${name}, ${data.times.length} points`}</p> }));

const series = (...values: readonly number[]) => [{ name: 'x', labels: {}, datapoints: values.map((value, i) => [1_700_000_000 + 15 * i, String(value)]) }];
const planeMetrics = '/api/namespaces/istio-system/controlplanes/istiod/metrics';

const page = pageUnderTest(() => ({
  '/api/mesh/graph': recordedJson('mesh'),
  '/api/config': recordedJson('config'),
  '/api/mesh/tls': recordedJson('mesh_tls'),
  '/api/tracing': { enabled: true, provider: 'jaeger', url: '', internalURL: 'http://127.0.0.1:16686' },
  '/api/tracing/diagnose': {
    code: 0,
    message: '',
    logLine: [
      { time: '1', test: 'Parsed url', result: '[Ok] host 127.0.0.1' },
      { time: '2', test: 'Asked jaeger', result: '[Error] it cannot be reached' },
    ],
    validConfig: [{ provider: 'tempo', url: 'http://tempo:3200' }],
  },
  [planeMetrics]: { process_cpu_seconds_total: series(0.25, 0.5), container_cpu_usage_seconds_total: null, process_resident_memory_bytes: series(2 ** 28), container_memory_working_set_bytes: null },
}));

const istiod = '9c3363d194913f915b0e459a3f80816f3ee203bc2683bfd657037b00aff18778';
const jaeger = 'e0733a58436c292ece7cbcf37db7b77510545c027d03c1798c3d6d8202b93f6f';
const show = (search = '') => showPage(page, <MeshPage />, '/mesh', `/mesh${search}`);

describe('the mesh page', () => {
  it('explains itself by a legend, kept in the address, and a tour', async () => {
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Legend' }));
    expect(page.address).toBe('/mesh?legend=true');
    expect(within(screen.getByRole('complementary', { name: 'Legend' })).getByText('Failed or not reached')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Close the legend' }));
    expect(page.address).toBe('/mesh');
    await user.click(screen.getByRole('button', { name: 'Help' }));
    const tour = screen.getByRole('dialog', { name: 'Tour of the mesh page' });
    expect(within(tour).getByRole('heading').textContent).toMatch(/^Time 1 of 8$/);
    for (let i = 0; i < 7; i++) await user.click(within(tour).getByRole('button', { name: 'Next' }));
    await user.click(within(tour).getByRole('button', { name: 'Done' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('shows what the control plane takes', async () => {
    show(`?focusSelector=${istiod}`);
    expect(await screen.findByText('chart of Memory, 1 points')).toBeTruthy();
    expect(screen.getByText('chart of CPU (cores), 2 points')).toBeTruthy();
    expect([screen.getByText('Memory now: 256 MiB'), screen.getByText('CPU (cores) now: 0.5')]).toHaveLength(2);
  });

  it('says so when nothing is known of it', async () => {
    page.answers[planeMetrics] = { process_cpu_seconds_total: null };
    show(`?focusSelector=${istiod}`);
    expect(await screen.findByText('Memory: the metrics store has no values of this control plane.')).toBeTruthy();
  });

  it('prefers what the cluster measures of the container to what the process tells of itself', () => {
    const [memory] = usageCharts(decodeMetrics({ container_memory_working_set_bytes: series(1), process_resident_memory_bytes: series(2) }));
    expect(memory?.data.lines[0]?.values).toEqual([1]);
  });
});

describe('the configuration tester', () => {
  const open = async () => {
    const user = userEvent.setup();
    show(`?focusSelector=${jaeger}`);
    await user.click(await screen.findByRole('button', { name: 'Configuration Tester' }));
    return user;
  };

  it('tells step by step how the trace store was asked', async () => {
    await open();
    const row = (await screen.findByText('Asked jaeger')).closest('tr');
    expect(row?.textContent).toContain('it cannot be reached');
    expect(screen.getByText('Parsed url').closest('tr')?.textContent).toContain('host 127.0.0.1');
  });

  it('tries another one, and says what came of it', async () => {
    const user = await open();
    await user.click(await screen.findByRole('button', { name: 'Take over into the tester' }));
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Internal URL' }).value).toBe('http://tempo:3200');
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'tempo' }).checked).toBe(true);
    page.answers['/api/tracing/check'] = { error: '', message: 'Success: it answers' };
    await user.click(screen.getByRole('button', { name: 'Test the configuration' }));
    expect(await screen.findByText('Success: it answers')).toBeTruthy();
    page.answers['/api/tracing/check'] = { error: 'it cannot be reached', message: '' };
    await user.type(screen.getByRole('textbox', { name: 'Internal URL' }), '1');
    expect(screen.queryByText('Success: it answers')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Test the configuration' }));
    expect(await screen.findByText('The trace store cannot be read', { exact: false })).toBeTruthy();
    page.answers['/api/tracing/check'] = () => failure("provider: 'x' is neither jaeger nor tempo", 400);
    await user.click(screen.getByRole('button', { name: 'Test the configuration' }));
    expect(await screen.findByText("provider: 'x' is neither jaeger nor tempo")).toBeTruthy();
  });

  it('tries nothing in view-only mode', async () => {
    page.answers['/api/config'] = { ...recordedJson('config') as object, deployment: { viewOnlyMode: true } };
    const user = await open();
    await user.click(screen.getByRole('tab', { name: 'Tester' }));
    expect(await screen.findByText(/view-only mode/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Test the configuration' }).disabled).toBe(true);
  });
});
