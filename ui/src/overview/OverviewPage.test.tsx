import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { recordedJson } from '../testGraph';
import { failure, pageUnderTest, showPage } from '../testPage';
import { OverviewPage } from './OverviewPage';

const page = pageUnderTest(() => ({
  '/api/namespaces': recordedJson('namespaces'),
  '/api/config': recordedJson('config'),
  '/api/clusters/health': recordedJson('health_app'),
  '/api/clusters/tls': recordedJson('tls'),
  '/api/istio/validations': recordedJson('validations'),
  '/api/mesh/controlplanes': recordedJson('controlplanes'),
  '/api/overview/metrics/apps/rates': recordedJson('app_rates'),
  '/api/overview/metrics/services/rates': recordedJson('insights_rates'),
  '/api/overview/metrics/services/latency': recordedJson('insights_latency'),
  '/api/overview/metrics/services/throughput': { services: null },
  '/api/istio/status': () => failure('The API server did not answer', 503),
}));

describe('the overview', () => {
  it('shows what it can, and says of one card what is missing', async () => {
    showPage(page, <OverviewPage />, '/overview', '/overview');
    expect(await screen.findByText(/Could not be loaded: The API server did not answer/)).toBeTruthy();
    expect(await screen.findByRole('link', { name: '3 Failure' })).toBeTruthy();
    expect(await screen.findByText('istiod 1.30.1 (default)')).toBeTruthy();
    expect(await screen.findByRole('link', { name: 'httpbin.org' })).toBeTruthy();
    expect(await screen.findByText('No TCP traffic was seen.')).toBeTruthy();
    expect(screen.getByText('8 Applications')).toBeTruthy();
    expect(screen.getByRole('img', { name: 'Strict: only mTLS is accepted' })).toBeTruthy();
    expect(screen.getAllByText('Istio Config N/A').length).toBeGreaterThan(0);
  });

  it('shows the tables of services that the user has chosen, in the URL', async () => {
    const user = userEvent.setup();
    showPage(page, <OverviewPage />, '/overview', '/overview?siMetrics=latency');
    expect(await screen.findByRole('heading', { name: 'Latency' })).toBeTruthy();
    expect(screen.queryByRole('heading', { name: 'Error rates' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Manage metrics' }));
    await user.click(screen.getByRole('checkbox', { name: 'Latency' }));
    expect(screen.getByText('No metrics selected')).toBeTruthy();
    await user.click(screen.getByRole('checkbox', { name: 'Error rates' }));
    expect(page.address).toBe('/overview?siMetrics=rates');
    await user.click(screen.getByRole('button', { name: 'Reset to default' }));
    expect(page.address).toBe('/overview');
  });

  it('does not take what is unknown for nothing', async () => {
    for (const path of ['/api/clusters/health', '/api/overview/metrics/apps/rates', '/api/clusters/metrics']) page.answers[path] = () => failure('Prometheus did not answer', 503);
    showPage(page, <OverviewPage />, '/overview', '/overview');
    expect((await screen.findAllByText('Applications: not known')).length).toBeGreaterThan(0);
    expect(screen.queryByText('No traffic')).toBeNull();
    expect(screen.queryByText('0 Applications')).toBeNull();
  });

  it('counts clusters, and leads to what is not well in one', async () => {
    page.answers['/api/istio/status'] = [
      { name: 'istiod', cluster: 'Kubernetes', status: 'Healthy', isCore: true },
      { name: 'jaeger', cluster: 'Kubernetes', status: 'Unreachable', isCore: false },
    ];
    showPage(page, <OverviewPage />, '/overview', '/overview');
    const item = await screen.findByText(/jaeger, Unreachable/);
    expect(within(item).getByRole('link', { name: 'Kubernetes' }).getAttribute('href')).toBe('/mesh?meshHide=cluster+%21%3D+Kubernetes');
    expect(screen.getByText('with issues').textContent).toContain('1');
  });
});
