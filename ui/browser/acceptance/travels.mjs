// Travels in the mesh as "weft up travels" starts it: rows that only look. Names are those of the acceptance list.
import assert from 'node:assert/strict';
import { Stage } from './stage.mjs';
import { detailsRows } from './travelsDetails.mjs';

const namespaces = 'namespaces=travel-agency,travel-control,travel-portal';
const graph = `graph/namespaces?${namespaces}&edges=trafficRate`;
const agency = 'namespaces/travel-agency';

const workloads = ['cars-v1', 'control', 'discounts-v1', 'flights-v1', 'hotels-v1', 'insurances-v1', 'mysqldb-v1', 'travels', 'travels-v1', 'viaggi', 'voyages'];
const portals = ['travels', 'viaggi', 'voyages'];
const quotes = ['cars', 'flights', 'hotels', 'insurances'];

export const rows = {
  '001': async (stage) => {
    const page = await stage.open('workloads?namespaces=istio-system');
    for (const name of ['istiod', 'istio-ingressgateway']) await stage.row(page, name).locator('[data-test="health-icon"][aria-label*="Healthy"]').first().waitFor();
    const mesh = await stage.open('mesh');
    await stage.shows(mesh, 'istiod', 'Control plane', 'Healthy');
  },

  '002': async (stage) => {
    const page = await stage.open('overview');
    await stage.shows(page, 'Overview', 'Control planes');
    assert.equal(await page.locator('input[type=password], form').count(), 0, 'a form asks who the user is');
    await page.click('[data-test="manage-metrics"]');
    await page.getByRole('checkbox', { name: 'TCP throughput' }).uncheck();
    await page.waitForURL(/siMetrics=rates(,|%2C)latency/);
    await page.goto(`${stage.base}/console/mesh?meshFind=type+%3D+istiod&meshHide=type+%3D+traceStore`);
    await stage.shows(page, '1 found', '1 hidden');
    await page.click('[data-test="mesh-factory-reset"]');
    await page.waitForURL(/\/mesh$/);
    await page.click('[data-test="settings"]');
    await page.click('[data-test="settings-language"]');
    try {
      await page.getByRole('option', { name: 'Español' }).click();
      await page.locator('html[lang=es]').waitFor();
      await stage.shows(page, 'Malla', 'Consola');
    } finally {
      await page.evaluate(() => localStorage.removeItem('weft.language'));
    }
  },

  '003': async (stage) => {
    const page = await stage.open('');
    await page.goto(`${stage.base}/`);
    await page.waitForURL(/\/console\//);
    await page.goto(`${stage.base}/console/overview`);
    await stage.shows(page, 'Overview');
    assert.equal(await page.title(), 'Overview | Weft');
  },

  '004': async (stage) => {
    const page = await stage.open('overview');
    await page.click('[data-test="about-help-button"]');
    await page.click('role=menuitem[name="About"]');
    await stage.showsIn(page.locator('[data-test="about-modal"]'), /Weft \d+\.\d+/, /Console \d+\.\d+/, /Server \d+\.\d+/, /Kiali API v?2\.\d+/, /Istio \S*\d+\.\d+/i, /Prometheus \d+\.\d+/i);
  },

  '006': async (stage) => {
    const page = await stage.open(`workloads?${namespaces}`);
    await stage.shows(page, ...workloads, '11 rows');
    const ready = await stage.open(`${agency}/workloads/hotels-v1`);
    await stage.shows(ready, '1 of 1 available');
  },

  '007': async (stage) => {
    const page = await stage.open(`${graph}&graphType=app&injectServiceNodes=false`);
    await stage.graph(page, (drawn) =>
      assert.deepEqual(
        Stage.names(drawn).filter((name) => !name.includes('mysqldb')),
        [
          ...quotes.map((name) => `${name}@travel-agency -> discounts@travel-agency`),
          ...portals.map((name) => `${name}@travel-portal -> travels@travel-agency`),
          ...quotes.map((name) => `travels@travel-agency -> ${name}@travel-agency`),
        ].sort(),
      ),
    );
  },

  '014': async (stage) => {
    const page = await stage.open('namespaces/istio-system/services/istio-ingressgateway');
    await stage.shows(page, 'Type LoadBalancer', '15021', '(80)', '(443)', '31400', '15443', 'istio-ingressgateway');
  },

  '024': async (stage) => {
    const page = await stage.open(`workloads?${namespaces}`);
    await stage.shows(page, '11 rows');
    for (const name of workloads) {
      const row = page.locator('main table tbody tr').filter({ has: page.getByRole('link', { name, exact: true }) });
      await stage.showsIn(row, 'Deployment', 'version=v1', /app=/);
      await row.locator('[data-test="health-icon"][aria-label*="Healthy"]').waitFor();
    }
    assert.equal(await page.locator('[data-test="missing-sidecar-badge"]').count(), 0);
  },

  '025': async (stage) => {
    const page = await stage.open(graph);
    const drawn = await stage.graph(page, ({ edges }) => {
      assert.equal(edges.length, 22, `22 edges; drawn: ${edges.map(({ name }) => name).join(', ')}`);
      for (const edge of edges) assert.equal(edge.tone, edge.name.includes('mysqldb') ? 'tcp' : 'healthy', `${edge.name} is ${edge.tone}`);
    });
    const color = (tone) => [...new Set(drawn.edges.filter((edge) => edge.tone === tone).map((edge) => edge.color))];
    assert.deepEqual([color('healthy'), color('tcp')], [['rgb(99,153,61)'], ['rgb(0,102,204)']], 'HTTP is green, TCP is blue');
    assert.notEqual(drawn.edges.find(({ tone }) => tone === 'tcp').arrow, drawn.edges.find(({ tone }) => tone === 'healthy').arrow, 'TCP has an arrow of its own');
    for (const name of portals) assert.ok(drawn.nodes.some((node) => node.name === `${name} v1@travel-portal`), `${name} v1 is not drawn`);
  },

  '026': async (stage) => {
    const page = await stage.open(`graph/namespaces?${namespaces}&injectServiceNodes=false`);
    await stage.graph(page, ({ edges }) => assert.ok(edges.length >= 15));
    await page.click('#display-settings');
    await stage.showsIn(
      page.locator('.weft-menu'),
      ...['Response time', 'Throughput', 'Traffic distribution', 'Traffic rate', 'Cluster boxes', 'Namespace boxes', 'Idle edges', 'Idle nodes', 'Operation nodes', 'Service nodes', 'Traffic animation', 'Missing sidecars', 'Security', 'Virtual services'],
    );
    await page.check('#trafficDistribution');
    await page.uncheck('#trafficRate');
    assert.equal(new URL(page.url()).searchParams.get('edges'), 'trafficDistribution');
    await page.keyboard.press('Escape');
    await stage.graph(page, ({ edges }) => {
      const share = (name) => Number.parseFloat(/^([\d.]+)%$/.exec(edges.find((edge) => edge.name === `travels v1@travel-agency -> ${name} v1@travel-agency`)?.label ?? '')?.[1]);
      const [cars, flights, hotels, insurances] = quotes.map(share);
      // 6 of 13 calls ask for hotels, 3 for insurances, 2 each for cars and flights.
      assert.ok(hotels > 38 && hotels < 56 && hotels > insurances && insurances > 14 && cars < 23 && flights < 23, `shares ${[cars, flights, hotels, insurances]}`);
      assert.ok(Math.abs(cars + flights + hotels + insurances - 100) < 1, 'they share all calls');
    });
    assert.deepEqual([...new Set((await stage.drawn(page)).edges.map(({ tone }) => tone))].sort(), ['healthy', 'tcp']);
  },

  '027': async (stage) => {
    await stage.traceEverything();
    const page = await stage.open(graph);
    await stage.graph(page, ({ edges }) => assert.equal(edges.length, 22));
    await stage.selectNode(page, 'hotels@travel-agency');
    const panel = page.locator('[data-test="graph-side-panel"]');
    await panel.getByRole('tab', { name: 'Traffic' }).waitFor();
    await panel.getByRole('tab', { name: 'Traces' }).click();
    await panel.locator('[data-test="panel-trace"]').first().waitFor({ timeout: 60_000 });
    await panel.locator('[data-test="panel-trace"]').first().click();
    await stage.panel(page, /Started \d/, /Full duration [\d.]+ m?s/, /\d+ spans? here/, /GET http:\/\/hotels\.travel-agency:8000\/hotels/, 'Code 200', /called by/);
    await stage.graph(page, ({ nodes, edges }) => {
      assert.ok(nodes.some((node) => node.traced && node.name === 'hotels v1@travel-agency'), 'the trace is laid over hotels');
      assert.ok(edges.some((edge) => edge.traced && edge.name.endsWith('-> hotels@travel-agency')), 'and over the way there');
    });
    await panel.getByRole('link', { name: /called by/ }).first().click();
    await page.waitForURL(/spanId=/);
    await stage.shows(page, 'Trace Details', 'Span Details');
  },

  '028': async (stage) => {
    await stage.traceEverything();
    const page = await stage.open('tracing?namespaces=travel-agency&service=travel-agency/travels&duration=1800&refresh=5000');
    await stage.eventually(async () => {
      const spans = await page.locator('main table tbody tr').evaluateAll((found) => found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())));
      const counts = spans.map((cells) => Number(cells[3]));
      assert.ok(counts.includes(4), `a trace of 4 spans: ${counts}`);
      assert.ok(counts.some((count) => count === 14 || count === 18), `a trace of 14 or 18 spans: ${counts}`);
    });
  },

  '029': async (stage) => {
    const page = await stage.open(graph);
    const { nodes } = await stage.graph(page, ({ edges }) => assert.equal(edges.length, 22));
    const node = nodes.find(({ name }) => name === 'travels v1@travel-agency');
    await page.mouse.click(node.x, node.y, { button: 'right' });
    await stage.showsIn(page.locator('[data-test="graph-node-menu"]'), 'Node graph', 'Details', 'Traffic', 'Inbound Metrics', 'Outbound Metrics', 'Traces');
    await page.keyboard.press('Escape');
    await page.mouse.dblclick(node.x, node.y);
    await page.waitForURL(/graph\/node\/namespaces\/travel-agency\/applications\/travels/);
    await stage.graph(page, ({ edges }) => assert.ok(edges.length === 12 && !edges.some(({ name }) => /discounts|mysqldb/.test(name)), 'a graph of its neighbours only'));
    await page.click('[data-test="graph-back"]');
    await page.waitForURL(/graph\/namespaces\?/);
  },

  ...detailsRows,
};
