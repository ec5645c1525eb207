// Rows of the slides, with Bookinfo.
import assert from 'node:assert/strict';

const graph = 'graph/namespaces?namespaces=bookinfo';
const networking = 'Bookinfo/manifests-later/networking/';

/** What Bookinfo's ratings answer half of the time: an error. */
const failingRatings = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ratings-fail, namespace: bookinfo}
spec:
  hosts: [ratings]
  http:
  - fault: {abort: {httpStatus: 500, percentage: {value: 50}}}
    route: [{destination: {host: ratings}}]
`;

/** Plain text is refused by all workloads of a namespace; of the whole mesh, in its root namespace. */
const strict = (namespace) => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: ${namespace}}
spec: {mtls: {mode: STRICT}}
`;

export const bookinfoRows = {
  // One screen: how many versions, traffic now, routing configured, configuration valid, security on, healthy?
  128: async (stage) => {
    await stage.apply(`${networking}destination-rule-all.yaml`, `${networking}virtual-service-reviews-v2-v3.yaml`);
    const page = await stage.open('namespaces/bookinfo/services/reviews');
    await stage.shows(page, 'Health Healthy', 'W reviews-v1 v1', 'W reviews-v2 v2', 'W reviews-v3 v3');
    for (const kind of ['DestinationRule', 'VirtualService']) {
      const row = page.locator('[data-test="istio-config-card"] tbody tr').filter({ has: page.locator(`a[href*="/${kind}/reviews"]`) });
      await row.locator('[data-test="validation-icon"]').waitFor();
    }
    await stage.graph(page, ({ nodes, edges }) => {
      assert.equal(nodes.find(({ shape }) => shape === 'triangle')?.badges, 1, 'the service has the badge of its virtual service');
      assert.ok(edges.some(({ label }) => /^LOCK .*rps/.test(label)), 'padlock and rate');
    });
  },

  129: async (stage) => {
    const page = await stage.open('overview?duration=60&refresh=15000');
    await stage.showsIn(page.locator('[data-test="namespace-card-bookinfo"]'), '5 Applications', /[\d.]+ rps, 0% errors/);
    await page.locator('[data-test="namespace-card-bookinfo"] a[aria-label*="Healthy"]').waitFor();
    await stage.showsIn(page.locator('[data-test="namespace-card-default"]'), '0 Applications', 'No traffic', 'Istio Config N/A');
    await stage.shows(page, 'Last 1m', 'Every 15s');
    const menu = await page.locator('nav[aria-label="Main navigation"] a').allInnerTexts();
    assert.deepEqual(menu.map((text) => text.trim()), ['Overview', 'Traffic Graph', 'Mesh', 'Namespaces', 'Applications', 'Services', 'Workloads', 'Istio Config', 'Distributed Tracing']);
    // The name filter of the old overview stands on the page of namespaces.
    await page.goto(`${stage.base}/console/namespaces`);
    await page.locator('input[aria-label="Namespace"]').fill('bookinfo');
    await page.keyboard.press('Enter');
    await stage.shows(page, 'bookinfo', /\b1 of \d+/);
  },

  // The slide's graph is that of the flavour with MongoDB, called through the ingress gateway.
  130: async (stage) => {
    await stage.apply(`${networking}bookinfo-gateway.yaml`, 'Bookinfo/manifests-later/bookinfo-db.yaml', 'Bookinfo/manifests-later/bookinfo-ratings-v2.yaml');
    await stage.kubectl('scale', 'deployment', 'kiali-traffic-generator', '-n', 'bookinfo', '--replicas=0');
    stage.later(() => stage.kubectl('scale', 'deployment', 'kiali-traffic-generator', '-n', 'bookinfo', '--replicas=1'));
    stage.visit('/productpage', 'bookinfo.example', 4);
    const page = await stage.open(`${graph}&edges=trafficDistribution`);
    await stage.graph(page, ({ nodes, edges }) => {
      const names = edges.map(({ name }) => name);
      assert.equal(edges.length, 14, `14 edges: ${names}`);
      assert.ok(names.some((name) => name.startsWith('istio-ingressgateway')), 'through the gateway');
      assert.equal(edges.filter(({ tone }) => tone === 'tcp').length, 2, 'ratings to mongodb is TCP');
      const shares = edges.filter(({ name }) => name.startsWith('reviews@bookinfo -> reviews v')).map(({ label }) => Number.parseFloat(label));
      assert.ok(shares.length === 3 && shares.every((share) => share > 15 && share < 55), `a third to each version: ${shares}`);
      assert.equal(nodes.filter(({ shape }) => shape === 'square').length, 9);
    });
    await stage.panel(page, 'Services 5', 'Workloads 9', 'Edges 14', /HTTP .* Total % Success % Error [\d.]+ 100% 0%/, /Requests min\/max [\d.]+ ?r?ops? \/ [\d.]+|Requests min\/max/, /TCP sent min\/max/, /TCP received min\/max/);
    for (const control of ['#display-settings', '#graph_find', '#graph_hide', '#toolbar_toggle_legend']) assert.equal(await page.locator(control).count(), 1, control);
  },

  131: async (stage) => {
    const page = await stage.open(`${graph}&edges=responseTime,avg&duration=300`);
    const { edges } = await stage.graph(page, (drawn) => assert.ok(drawn.edges.filter(({ label }) => /^[\d.]+m?s$/.test(label)).length >= 4));
    const time = (label) => Number.parseFloat(label) * (label.endsWith('ms') ? 1 : 1000);
    const times = edges.filter(({ label }) => /^[\d.]+m?s$/.test(label)).map(({ label }) => time(label)).sort((a, b) => a - b);
    const limit = Math.floor((times[0] + times.at(-1)) / 2);
    await page.fill('#graph_find', `response time > ${limit}`);
    await page.keyboard.press('Enter');
    await page.locator('.weft-find__count').first().waitFor();
    await stage.graph(page, (drawn) => {
      const found = drawn.edges.filter((edge) => edge.found);
      assert.ok(found.length > 0 && found.length < drawn.edges.length, `found ${found.length} of ${drawn.edges.length}`);
      for (const edge of drawn.edges) if (/^[\d.]+m?s$/.test(edge.label) && Math.abs(time(edge.label) - limit) > 1) assert.equal(edge.found, time(edge.label) > limit, `${edge.name} ${edge.label}`);
    });
    await page.fill('#graph_hide', `response time > ${limit}`);
    await page.keyboard.press('Enter');
    await stage.graph(page, (drawn) => assert.ok(drawn.edges.length < edges.length && drawn.edges.every(({ label }) => !/m?s$/.test(label) || time(label) <= limit + 1), 'slow edges are hidden'));
    await stage.panel(page, /OK [\d.]+%/, /\d+:\d\d:\d\d.* – .*\d+:\d\d:\d\d/);
  },

  132: async (stage) => {
    const page = await stage.open('namespaces/bookinfo/services/details');
    await stage.shows(
      page,
      ...['app=details', 'service=details', 'Type ClusterIP', 'TCP http (9080)', 'Health Healthy', 'details-v1', 'No Istio Config found', 'Show full graph'],
      /IP addresses 127\.\d+/,
      /Created \d+/,
      /Resource version \d+/,
      /Endpoints 127\.[\d.]+ details-v1/,
      /Inbound: [\d.]+ per second, 0% errors/,
    );
    assert.deepEqual(await page.locator('[data-test="details-tabs"] [role=tab]').allInnerTexts(), ['Overview', 'Traffic', 'Inbound Metrics', 'Traces']);
    await page.locator('main').getByRole('link', { name: 'details-v1' }).first().click();
    await stage.shows(page, 'Type Deployment', 'app=details', 'version=v1', /Resource version \d+/);
  },

  133: async (stage) => {
    const page = await stage.open('namespaces/bookinfo/workloads/details-v1?tab=logs&duration=600&maxLines=500');
    await stage.showsIn(page.locator('[role=log]'), '"GET /details/0 HTTP/1.1" 200', /\d\d:\d\d:\d\d\.\d{3}/);
    await stage.shows(page, 'Last 10m', 'Last 500 lines');
    for (const control of ['[data-test="wpl_pods"]', '#container-details', '#container-istio-proxy']) assert.equal(await page.locator(control).count(), 1, control);
  },

  137: async (stage) => {
    await stage.applyText(failingRatings);
    const page = await stage.open('tracing?namespaces=bookinfo&service=bookinfo/reviews&duration=3600&errors=true');
    const row = page.locator('main table tbody tr').filter({ hasText: /Spans? with error/ }).first();
    await stage.eventually(async () => {
      if ((await row.count()) === 0) await page.click('[data-test="refresh-button"]');
      assert.match((await row.innerText()).replace(/\s+/g, ' '), /productpage\S* [0-9a-f]{7} .*\d+ Spans? with error .*details\S* 1, .*productpage\S* \d+, .*reviews\S* \d+/);
    });
    await stage.shows(page, 'Last 1h', 'Most recent', /Traces found \(\d+\)/);
    await page.locator('#traces-errors').check();
    await page.locator('.weft-scatter__dot--error').first().waitFor();
    assert.equal(await page.locator('.weft-scatter__dot:not(.weft-scatter__dot--error)').count(), 0, 'error traces only');
    await row.getByRole('button').first().click();
    await stage.showsIn(page.locator('[data-test="trace-details"]'), /[1-9]\d* Spans? with error/);
  },

  138: async (stage) => {
    const masthead = (text) => `header [role=img][aria-label="${text}"]`;
    const page = await stage.open('overview');
    await page.locator(masthead('mTLS between sidecars, plain text is accepted too')).waitFor();
    await stage.applyText(strict('istio-system'));
    await stage.applyText(strict('bookinfo'));
    await stage.eventually(async () => {
      await page.reload();
      await page.locator(masthead('Mesh-wide mTLS is enabled')).waitFor({ timeout: 5_000 });
    });
    await page.locator('[data-test="namespace-card-bookinfo"] [role=img][aria-label^="Strict"]').waitFor();
    const list = await stage.open('namespaces');
    await stage.showsIn(list.locator('main table tbody tr').filter({ has: list.getByRole('link', { name: 'bookinfo', exact: true }) }), 'Strict');
  },
};
