// Travels in the mesh: rows about the pages of an application and a workload. Looks only.
import assert from 'node:assert/strict';

const agency = 'namespaces/travel-agency';
const workload = `${agency}/workloads/travels-v1`;
const charts = ['Request volume', 'Request duration', 'Request size', 'Response size', 'Request throughput', 'Response throughput'];
const emptyCharts = ['gRPC received', 'gRPC sent', 'TCP opened', 'TCP closed', 'TCP received', 'TCP sent'];

export const detailsRows = {
  '030': async (stage) => {
    const page = await stage.open(`${agency}/applications/travels`);
    await stage.shows(page, 'app=travels', 'W travels-v1', 'S travels', ...['Overview', 'Traffic', 'Inbound Metrics', 'Outbound Metrics', 'Traces']);
    await stage.graph(page, ({ edges }) => {
      const into = edges.filter(({ name }) => /(travels|viaggi|voyages) v1@travel-portal -> travels@travel-agency/.test(name));
      assert.equal(into.length, 3, `three portals call: ${edges.map(({ name }) => name)}`);
      for (const edge of into) assert.match(edge.label, /^LOCK 0\.[1-4]\d*rps/, `${edge.name}: ${edge.label}`);
      const own = edges.find(({ name }) => name === 'travels@travel-agency -> travels v1@travel-agency');
      assert.match(own?.label ?? '', /^LOCK [\d.]+m?s \| [\d.]+rps/);
      const rate = Number(/([\d.]+)rps/.exec(own?.label ?? '')?.[1]);
      assert.ok(rate > 0.5 && rate < 1.1, `about 0.8 rps into v1: ${own?.label}`);
    });
  },

  '031': async (stage) => {
    const page = await stage.open(`${agency}/applications/travels`);
    await page.locator('main').getByRole('link', { name: 'travels-v1' }).first().click();
    await page.waitForURL(/workloads\/travels-v1/);
    await stage.shows(page, 'Pods (1)', 'travels, istio-proxy', 'No Istio Config found');
    const tabs = await page.locator('[data-test="details-tabs"] [role=tab]').allInnerTexts();
    assert.deepEqual(tabs.slice(0, 7), ['Overview', 'Logs', 'Traffic', 'Inbound Metrics', 'Outbound Metrics', 'Traces', 'Envoy']);
  },

  '032': async (stage) => {
    const page = await stage.open(`${workload}?tab=out_metrics&duration=300`);
    await stage.shows(page, ...charts, ...emptyCharts, 'Reported from source');
    await page.click('[data-test="metrics-settings"]');
    await stage.showsIn(
      page.locator('.weft-settings'),
      ...['Local version', 'Remote namespace', 'Remote service', 'Remote app', 'Remote version', 'Response code', 'Response flags', 'Average', 'p50', 'p95', 'p99', 'p99.9'],
      /gRPC (response )?status/i,
    );
    await page.locator('.weft-settings').getByRole('checkbox', { name: 'Remote app' }).check();
    await page.keyboard.press('Escape');
    await stage.showsIn(page.locator('[data-test="chart-Request volume"] .weft-chart__legend'), 'hotels', 'insurances', 'cars', 'flights');
    await page.click('[data-test="metrics_filter_reporter"]');
    await stage.showsIn(page.locator('.pf-v6-c-menu'), 'Reported from source', 'Reported from destination', 'Reported from both');
    await page.keyboard.press('Escape');
    await page.locator('[data-test="chart-Request duration"] button[aria-label^="Expand"]').click();
    await page.waitForURL(/expand=Request/);
    assert.equal(await page.locator('[data-test^="chart-"]').count(), 1, 'one chart alone');
    const axes = () => page.locator('[data-test="chart-Request duration"] .u-axis').count();
    const before = await axes();
    await page.locator('#spans-show').check();
    await stage.eventually(async () => assert.equal(await axes(), before + 1, 'spans have a second axis'));
  },

  '033': async (stage) => {
    const page = await stage.open(`${workload}?tab=out_metrics&duration=300&bylbl=destination_canonical_service`);
    const said = page.locator('[data-test="chart-Request volume"] div[role=img]');
    await stage.eventually(async () => {
      const text = await said.getAttribute('aria-label');
      const rate = (name) => Number(new RegExp(`${name} ([\\d.]+)`).exec(text)?.[1]);
      const [hotels, insurances, cars, flights] = ['hotels', 'insurances', 'cars', 'flights'].map(rate);
      assert.ok(hotels > 0.55 && hotels < 1.1 && hotels > insurances + 0.15 && insurances > Math.max(cars, flights) - 0.08 && insurances < 0.6 && cars > 0.1 && flights > 0.1, text);
    });
  },

  '034': async (stage) => {
    const page = await stage.open(`${workload}?tab=logs&duration=600`);
    const log = page.locator('[role=log]');
    await stage.showsIn(log, 'GetDestinations', 'GET /hotels');
    const lines = await log.locator('.weft-log__line').evaluateAll((all) =>
      all.map((line) => ({ time: line.querySelector('time')?.textContent ?? '', color: line.querySelector('.weft-log__text').style.color, text: line.textContent })),
    );
    const times = lines.map(({ time }) => time);
    assert.deepEqual(times, [...times].sort(), 'both containers stand in the order of time');
    const colors = (of) => [...new Set(lines.filter(({ text }) => of.test(text)).map(({ color }) => color))];
    const [app, proxy] = [colors(/GetDestinations/), colors(/HTTP\/1\.1" 200/)];
    assert.ok(app.length === 1 && proxy.length === 1 && app[0] !== proxy[0], `a colour for each container: ${app} ${proxy}`);
    const follow = page.locator('[data-test="log-follow"]');
    const isAtEnd = () => stage.eventually(async () => assert.ok(await log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 24), 'the newest line is in sight'));
    await isAtEnd();
    assert.equal(await follow.count(), 0);
    await log.evaluate((box) => box.scrollTo(0, 0));
    await follow.click();
    await isAtEnd();
    await page.locator('#container-istio-proxy').uncheck();
    await stage.eventually(async () => assert.doesNotMatch(await log.innerText(), /HTTP\/1\.1/));
    await page.locator('#container-istio-proxy').check();
    for (const control of ['#log_show', '#log_hide', '#log-spans', '[data-test="wpl_maxLines"]', 'button[aria-label="Full screen"]', 'button[aria-label="Copy the lines shown"]']) assert.equal(await page.locator(control).count(), 1, control);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Set proxy log level: debug' }).click();
    await page.locator('[data-test="notifications-badge"]').click();
    await stage.showsIn(page.locator('.pf-v6-c-notification-drawer'), /The proxy of travels-v1\S* logs at level debug/);
    await page.locator('[data-test="notifications-badge"]').click();
    await page.locator('button[aria-label="Explain this line"]').last().click();
    await stage.showsIn(page.getByRole('dialog'), 'Access log line', 'Response flags', 'Upstream cluster', 'Duration (ms)');
  },

  '035': async (stage) => {
    const page = await stage.open(`${workload}?tab=logs&duration=600`);
    const log = page.locator('[role=log]');
    await stage.showsIn(log, 'GetDestinations', 'GetTravelQuote', '"GET /hotels HTTP', /GET \/flights\/\w+/, /GET \/hotels\/\w+/, /GET \/cars\/\w+/, /GET \/insurances\/\w+/);
    const city = /GET \/flights\/(\w+)/.exec(await log.textContent())[1];
    await page.fill('#log_show input', city);
    await page.keyboard.press('Enter');
    await stage.eventually(async () => {
      const lines = await log.locator('.weft-log__text').allTextContents();
      assert.ok(lines.length > 0 && lines.every((line) => line.includes(city)), `only lines of ${city}: ${lines.slice(0, 5)}`);
    });
  },

  '036': async (stage) => {
    const page = await stage.open(`${agency}/applications/travels?tab=traces&duration=1800`);
    const dots = page.locator('.weft-scatter__dot');
    await stage.eventually(async () => assert.ok((await dots.count()) >= 2));
    const seen = await dots.evaluateAll((all) => all.map((dot) => ({ r: Number(dot.getAttribute('r')), spans: Number(/(\d+) spans/.exec(dot.getAttribute('aria-label'))[1]) })));
    const [least, most] = [seen.reduce((a, b) => (a.spans <= b.spans ? a : b)), seen.reduce((a, b) => (a.spans >= b.spans ? a : b))];
    assert.ok(most.spans > least.spans && most.r > least.r, 'more spans make a larger dot');
    const candidates = page.locator('.weft-scatter__dot[aria-label*=" 18 spans"], .weft-scatter__dot[aria-label*=" 14 spans"]');
    // One that no other dot lies on.
    const free = () => candidates.evaluateAll((all) => all.findLast((dot) => { const { x, y, width, height } = dot.getBoundingClientRect(); return document.elementFromPoint(x + width / 2, y + height / 2) === dot; })?.dataset.trace);
    const trace = await stage.eventually(async () => { const found = await free(); assert.ok(found, 'all large dots are covered by others'); return found; });
    const large = page.locator(`.weft-scatter__dot[data-trace="${trace}"]`);
    await large.hover();
    await stage.showsIn(page.locator('.weft-chart__tip'), /1[48] spans · 0 with error/);
    await large.click();
    await stage.showsIn(page.locator('[data-test="trace-details"]'), /1[48] Spans/, /[67] Apps involved/, '0 Spans with error', 'Trace Details', 'Span Details');
    await page.getByRole('tab', { name: 'Span Details' }).click();
    await stage.eventually(async () => assert.ok((await page.locator('[data-test="trace-details"] tbody tr').count()) >= 14));
    await page.getByRole('tab', { name: 'Comparison' }).click();
    await stage.eventually(async () => assert.ok((await page.locator('.weft-heatmap').count()) > 0, 'spans are compared with the metrics'));
  },
};
