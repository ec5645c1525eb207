import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { recordedJson } from '../testGraph';
import { failure, pageUnderTest, showPage } from '../testPage';
import { DetailsPage } from './DetailsPage';

// The canvas draws nothing in jsdom; the page lists the names of its nodes beside it.
vi.mock('../graph/canvas/GraphCanvas', () => ({ default: () => <div /> }));

const workload = '/api/namespaces/bookinfo/workloads/reviews-v3';
const pod = (recordedJson('workload_reviews-v3') as { pods: { name: string }[] }).pods[0]?.name ?? '';
const page = pageUnderTest(() => ({
  '/api/namespaces': recordedJson('namespaces'),
  '/api/config': recordedJson('config'),
  [workload]: recordedJson('workload_reviews-v3'),
  [`${workload}/graph`]: recordedJson('node_reviews-v3'),
  [`${workload}/dashboard`]: recordedJson('dashboard_outbound'),
  [`${workload}/traces`]: recordedJson('traces_reviews'),
  [`/api/namespaces/bookinfo/pods/${pod}/logs`]: recordedJson('log_proxy'),
  [`/api/namespaces/bookinfo/pods/${pod}/config_dump/clusters`]: recordedJson('proxy_clusters'),
  '/api/namespaces/bookinfo/istio': { resources: {}, validations: {} },
}));

const show = (query = '') => showPage(page, <DetailsPage kind="workloads" />, '/namespaces/:namespace/workloads/:name', `/namespaces/bookinfo/workloads/reviews-v3${query}`);

describe('the details of a workload', () => {
  it('tell what it is, with its pods, its graph and its configuration', async () => {
    show();
    expect(await screen.findByText('1 of 1 available')).toBeTruthy();
    expect(screen.getByText(pod)).toBeTruthy();
    expect(await screen.findByText('No Istio Config found')).toBeTruthy();
    expect(await screen.findByText(/^reviews-v3 \(bookinfo\)$/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Show full graph' }).getAttribute('href')).toContain('/graph/node/namespaces/bookinfo/workloads/reviews-v3');
  });

  it('say what the workload itself says of its injection', async () => {
    const recorded = recordedJson('workload_reviews-v3') as { labels: object };
    page.answers[workload] = { ...recorded, labels: { ...recorded.labels, 'sidecar.istio.io/inject': 'false' } };
    show();
    expect(await screen.findByText('Refused by sidecar.istio.io/inject')).toBeTruthy();
  });

  it('have tabs in the URL', async () => {
    show();
    fireEvent.click(await screen.findByRole('tab', { name: 'Traffic' }));
    expect(page.address).toContain('tab=traffic');
    const inbound = within(await screen.findByRole('grid', { name: 'Inbound traffic' }));
    expect(inbound.getByText('96%')).toBeTruthy();
  });

  it('lead to the dashboards elsewhere that the server names', async () => {
    page.answers[`${workload}/dashboard`] = { ...(recordedJson('dashboard_outbound') as object), externalLinks: [{ name: 'View in Grafana', url: 'http://grafana.example/d/1' }, { name: 'Bad', url: 'javascript:1' }] };
    show('?tab=out_metrics');
    expect((await screen.findByRole('link', { name: 'View in Grafana' })).getAttribute('href')).toBe('http://grafana.example/d/1');
    expect(screen.queryByRole('link', { name: 'Bad' })).toBeNull();
  });

  it('show charts with what they say for those who do not see them', async () => {
    show('?tab=out_metrics&bylbl=response_code');
    expect(await screen.findByRole('img', { name: /^Request duration: avg .* p50 / })).toBeTruthy();
    expect(screen.getByText(/No data available: TCP opened/)).toBeTruthy();
    const request = page.requests.find((item) => item.includes('/dashboard')) ?? '';
    expect(new URLSearchParams(request.split('?')[1]).getAll('byLabels[]')).toEqual(['response_code']);
    expect(request).toContain('direction=outbound');
    expect(request).toContain('reporter=source');
    fireEvent.click(screen.getByRole('button', { name: 'Expand Request volume' }));
    expect(page.address).toContain('expand=Request+volume');
  });

  it('show traces, and the spans of the one that is chosen', async () => {
    show('?tab=traces&duration=3600');
    const dots = await screen.findAllByRole('button', { name: /spans, \d+ with error/ });
    expect(dots).toHaveLength(40);
    fireEvent.click(dots[0] as Element);
    expect(page.address).toMatch(/traceId=[0-9a-f]+/);
    expect(await screen.findByText(/Apps involved$/)).toBeTruthy();
  });

  it('show logs, explain a line of the access log, and filter', async () => {
    show('?tab=logs');
    const log = await screen.findByRole('log');
    expect(within(log).getAllByText(/via_upstream/).length).toBeGreaterThan(0);
    fireEvent.click(within(log).getAllByRole('button', { name: 'Explain this line' })[0] as Element);
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('Response flags')).toBeTruthy();
    expect(dialog.getByText('outbound|9080|v1|reviews.bookinfo.svc.cluster.local')).toBeTruthy();
    fireEvent.click(dialog.getByRole('button', { name: 'Close' }));
    fireEvent.change(screen.getByRole('textbox', { name: 'Hide...' }), { target: { value: 'via_upstream' } });
    await waitFor(() => expect(within(screen.getByRole('log')).queryByText(/via_upstream/)).toBeNull());
    expect(page.address).toContain('logHide=via_upstream');
  });

  it('show what the proxy holds', async () => {
    show('?tab=envoy');
    expect(await screen.findByText('BlackHoleCluster')).toBeTruthy();
    expect(screen.getByRole('columnheader', { name: /Service FQDN/ })).toBeTruthy();
  });

  it('say that there is no such workload, and where to look', async () => {
    delete page.answers[workload];
    show();
    expect(await screen.findByText('There is no such workload')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Show all workloads' }));
    expect(page.address).toBe('/workloads');
  });

  it('keep what is there when a refresh fails, and name the source', async () => {
    show();
    expect(await screen.findByText('1 of 1 available')).toBeTruthy();
    page.answers[workload] = () => failure('Prometheus did not answer', 503);
    fireEvent.click(screen.getByRole('button', { name: 'Refresh now' }));
    expect(await screen.findByText(/Not current: Prometheus did not answer/)).toBeTruthy();
    expect(screen.getByText('1 of 1 available')).toBeTruthy();
  });
});
