import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { decodeZtunnelConfig } from '../api/ambient';
import { decodeWorkload } from '../api/details';
import { tabsOf } from '../details/tabs';
import { recordedJson } from '../testGraph';
import { failure, pageUnderTest, showPage } from '../testPage';
import { WaypointTab } from './WaypointTab';
import { ZtunnelTab } from './ZtunnelTab';

const workload = { name: 'ztunnel', namespace: 'istio-system', gvk: { Group: 'apps', Version: 'v1', Kind: 'DaemonSet' }, labels: {}, pods: [{ name: 'ztunnel-a', containers: [{ name: 'istio-proxy' }] }, { name: 'ztunnel-b' }] };
const ztunnel = decodeWorkload({ ...workload, isZtunnel: true });
const dump = {
  services: [
    { name: 'reviews', namespace: 'bookinfo', vips: ['net1/10.0.0.7'], waypoint: { destination: { hostname: 'waypoint.bookinfo.svc.cluster.local' } }, endpoints: { a: { status: 'Healthy' }, b: { status: 'Unhealthy' } } },
    { name: 'details', namespace: 'bookinfo', vips: ['/10.0.0.8'], endpoints: {} },
  ],
  workloads: { x: { name: 'reviews-v1-1', namespace: 'bookinfo', workloadIps: ['10.1.0.3'], node: 'node-1', protocol: 'HBONE', waypoint: { destination: 'net1/10.0.0.9' } } },
};

const path = '/api/namespaces/istio-system/pods/ztunnel-a/config_dump_ztunnel';
const page = pageUnderTest(() => ({ '/api/config': recordedJson('config'), [path]: dump }));
const cells = (name: string) => within(screen.getByText(name).closest('tr')!).getAllByRole('cell').map((cell) => cell.textContent);

describe('the details of a ztunnel', () => {
  it('have a tab of its own, which other workloads do not have', () => {
    expect(tabsOf('workloads', ztunnel).map(({ id }) => id)).toContain('ztunnel');
    expect(tabsOf('workloads', decodeWorkload(workload)).map(({ id }) => id)).not.toContain('ztunnel');
  });

  it('show the services and pods that it knows', async () => {
    const user = userEvent.setup();
    showPage(page, <ZtunnelTab details={ztunnel} />, '/w', '/w?tab=ztunnel');
    expect((await screen.findByRole('link', { name: 'reviews' })).getAttribute('href')).toBe('/namespaces/bookinfo/services/reviews');
    expect(cells('reviews')).toEqual(['bookinfo', 'reviews', '10.0.0.7', 'waypoint.bookinfo.svc.cluster.local', '1/2']);
    expect(cells('details')).toEqual(['bookinfo', 'details', '10.0.0.8', '–', '0/0']);
    await user.click(screen.getByRole('tab', { name: 'Workloads' }));
    expect(page.address).toBe('/w?tab=ztunnel&ztunnelTab=workloads');
    expect(cells('reviews-v1-1')).toEqual(['bookinfo', 'reviews-v1-1', '10.1.0.3', 'node-1', '10.0.0.9', 'HBONE']);
  });

  it('name the pod that does not answer', async () => {
    page.answers[path] = () => failure('the ztunnel cannot be reached', 503);
    showPage(page, <ZtunnelTab details={ztunnel} />, '/w', '/w');
    expect(await screen.findByText('The configuration of ztunnel-a could not be read')).toBeTruthy();
  });

  it('are empty for a dump that holds nothing', () => {
    expect(decodeZtunnelConfig({ services: null })).toEqual({ services: [], workloads: [] });
    expect(() => decodeZtunnelConfig([])).toThrow();
  });
});

describe('the details of a waypoint', () => {
  const waypoint = (labels: object, links: object) => decodeWorkload({ ...workload, name: 'waypoint', isWaypoint: true, labels, ...links });
  const link = { name: 'reviews', namespace: 'bookinfo', labelType: 'namespace' };

  it('have tabs for what it takes calls of', async () => {
    const user = userEvent.setup();
    const details = waypoint({ 'istio.io/waypoint-for': 'all' }, { waypointServices: [link], waypointWorkloads: null });
    expect(tabsOf('workloads', details).map(({ id }) => id)).toEqual(expect.arrayContaining(['envoy', 'waypoint']));
    showPage(page, <WaypointTab details={details} />, '/w', '/w');
    expect(screen.getByRole('link', { name: 'reviews' }).getAttribute('href')).toBe('/namespaces/bookinfo/services/reviews');
    await user.click(screen.getByRole('tab', { name: 'Workloads' }));
    expect(screen.getByText(/istio.io\/use-waypoint/)).toBeTruthy();
    await user.click(screen.getByRole('tab', { name: 'Info' }));
    expect(screen.getByText('all')).toBeTruthy();
  });

  it('leave out what it does not take', () => {
    showPage(page, <WaypointTab details={waypoint({}, { waypointServices: [link] })} />, '/w', '/w');
    expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['Services', 'Info']);
  });
});
