// The tutorial's first steps: Travels applied without sidecars (rows 5 to 11), its entrance taken into the mesh (18 to 22), and then all of it (23, 24).
// Each row builds on the one before: they are looked at in this order, over a mesh that was empty.
import assert from 'node:assert/strict';
import { Stage } from './stage.mjs';

const namespaces = ['travel-agency', 'travel-control', 'travel-portal'];
const all = `namespaces=${namespaces.join(',')}`;

/** What the Request Routing wizard of the tutorial writes for the service control. */
const controlRouting = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: control-gateway, namespace: travel-control, labels: {kiali_wizard: request_routing}}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [control.travel-control.istio-cluster.org]}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: control, namespace: travel-control, labels: {kiali_wizard: request_routing}}
spec:
  host: control.travel-control.svc.cluster.local
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: control, namespace: travel-control, labels: {kiali_wizard: request_routing}}
spec:
  hosts: [control.travel-control.istio-cluster.org]
  gateways: [travel-control/control-gateway]
  http: [{route: [{destination: {host: control.travel-control.svc.cluster.local, subset: v1}, weight: 100}]}]
`;

async function restart(stage, namespace) {
  await stage.kubectl('rollout', 'restart', 'deployment', '-n', namespace);
  await stage.kubectl('wait', 'deployment', '--all', '-n', namespace, '--for=condition=Available', '--timeout=90s');
}

export const rows = {
  '005-006': async (stage) => {
    for (const name of namespaces) await stage.kubectl('create', 'namespace', name);
    await stage.kubectl('apply', ...['10-travel-agency', '20-travel-portal', '30-travel-control'].flatMap((file) => ['-f', stage.demo(`Travels/manifests/${file}.yaml`)]));
    await stage.kubectl('wait', 'deployment', '--all', '-A', '--for=condition=Available', '--timeout=90s');
    const page = await stage.open('namespaces');
    await stage.eventually(async () => {
      for (const name of namespaces) {
        const row = page.locator('main table tbody tr').filter({ has: page.getByRole('link', { name, exact: true }) });
        assert.doesNotMatch(await row.innerText({ timeout: 5_000 }), /istio-injection/, `${name} has no injection label`);
      }
    });
    await page.goto(`${stage.base}/console/workloads?${all}`);
    await stage.shows(page, '11 rows');
    await stage.eventually(async () => assert.equal(await page.locator('[data-test="health-icon"][aria-label*="Healthy"]').count(), 11, 'all are ready'));
  },

  '009': async (stage) => {
    const page = await stage.open('overview');
    for (const [name, count] of [['travel-agency', 7], ['travel-control', 1], ['travel-portal', 3]]) {
      const card = page.locator(`[data-test="namespace-card-${name}"]`);
      await stage.showsIn(card, new RegExp(`${count} Applications? ${count}`), 'No traffic', 'Istio Config N/A');
      await card.locator(`a[aria-label*="Healthy"]`).waitFor();
    }
  },

  '010': async (stage) => {
    const page = await stage.open('graph/namespaces?namespaces=travel-agency');
    await stage.shows(page, 'Empty graph');
    await page.getByRole('button', { name: 'Display idle nodes' }).click();
    await stage.graph(page, ({ nodes, edges }) => {
      assert.ok(nodes.filter(({ box }) => box === '').length >= 7, 'all are drawn');
      assert.equal(edges.length, 0);
    });
  },

  '011': async (stage) => {
    for (const [list, count] of [['applications', 11], ['workloads', 11], ['services', 11]]) {
      const page = await stage.open(`${list}?${all}`);
      await stage.eventually(async () => assert.equal(await page.locator('[data-test="missing-sidecar-badge"]').count(), count, list));
      const badge = page.locator('[data-test="missing-sidecar-badge"]').first();
      const [red] = await badge.evaluate((label) => [getComputedStyle(label.querySelector('svg')).color]);
      const [r, g, b] = /(\d+), (\d+), (\d+)/.exec(red).slice(1).map(Number);
      assert.ok(r > 1.5 * g && r > 1.5 * b, `the icon is red: ${red}`);
      await badge.hover();
      await page.getByRole('tooltip').waitFor();
      if (list === 'workloads') await stage.shows(page, 'app=cars', 'version=v1');
    }
  },

  '018': async (stage) => {
    await stage.kubectl('label', 'namespace', 'travel-control', 'istio-injection=enabled');
    await restart(stage, 'travel-control');
    await stage.applyText(controlRouting, { isKept: true });
    const page = await stage.open('istio?namespaces=travel-control');
    await stage.shows(page, 'VirtualService', 'DestinationRule', 'Gateway', 'control-gateway', '3 rows');
    await page.locator('main a[href*="/DestinationRule/control"]').click();
    await stage.shows(page, 'control.travel-control.svc.cluster.local', 'kiali_wizard', 'request_routing', 'version');
  },

  '020-021': async (stage) => {
    // The dashboard, which asks each portal how it is.
    stage.visit('/status', 'control.travel-control.istio-cluster.org', 3);
    const page = await stage.open('graph/namespaces?namespaces=travel-control&edges=trafficRate');
    await stage.graph(page, ({ nodes, edges }) => {
      const names = edges.map(({ name }) => name.replaceAll('@travel-control', ''));
      const said = names.join(', ');
      assert.ok(names.some((name) => /^istio-ingressgateway.* -> control$/.test(name)), said);
      assert.ok(names.includes('control -> control v1'), said);
      // They have no sidecar yet: the only witness is the proxy of control.
      for (const portal of ['travels', 'viaggi', 'voyages']) assert.ok(names.some((name) => name.startsWith(`control v1 -> ${portal}`)), `${portal}: ${said}`);
      assert.ok(nodes.find(({ name, shape }) => name.startsWith('control') && shape === 'triangle')?.badges >= 1, 'the service has the badge of its virtual service');
      assert.ok(nodes.find(({ name }) => name.startsWith('istio-ingressgateway'))?.badges >= 1, 'the gateway has its badge');
    });
    await stage.selectNode(page, (await stage.drawn(page)).nodes.find(({ name }) => name.startsWith('istio-ingressgateway')).name);
    await stage.panel(page, 'Is gateway', 'control.travel-control.istio-cluster.org');
    await page.keyboard.press('Escape');
    await page.goto(`${stage.base}/console/graph/namespaces?namespaces=travel-control`);
    await stage.panel(page, /[\d.]+ 100% 0%/);
  },

  '022': async (stage) => {
    stage.visit('/status', 'control.travel-control.istio-cluster.org', 3);
    const page = await stage.open(`graph/namespaces?${all}`);
    await page.locator('[data-test="graph-canvas"]').waitFor();
    await page.click('#graph_type_dropdown-toggle');
    await page.click('#workload');
    assert.equal(new URL(page.url()).searchParams.get('graphType'), 'workload');
    await stage.graph(page, ({ nodes }) => {
      const badges = (name) => nodes.find((node) => node.shape === 'circle' && node.name.startsWith(name))?.badges;
      for (const portal of ['travels', 'viaggi', 'voyages']) assert.equal(badges(portal), 1, `${portal} has the badge of a missing sidecar`);
      assert.equal(badges('control'), 0, 'control has a sidecar');
    });
  },

  '023-024': async (stage) => {
    for (const name of ['travel-agency', 'travel-portal']) {
      await stage.kubectl('label', 'namespace', name, 'istio-injection=enabled');
      await restart(stage, name);
    }
    const page = await stage.open(`workloads?${all}`);
    await stage.eventually(async () => {
      await page.reload();
      await page.locator('main table tbody tr').nth(10).waitFor({ timeout: 5_000 });
      assert.equal(await page.locator('[data-test="missing-sidecar-badge"]').count(), 0);
    });
    const graph = await stage.open(`graph/namespaces?${all}&graphType=app&injectServiceNodes=false`);
    await stage.graph(graph, (drawn) => assert.ok(Stage.names(drawn).filter((name) => name.includes('travel')).length >= 15, Stage.names(drawn).join(', ')));
  },
};
