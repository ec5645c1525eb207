// Every page for those who do not see it or use no mouse: axe finds nothing in both themes, and the keyboard reaches everything.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { walk } from './keyboard.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
const details = 'namespaces/bookinfo';
const pages = {
  overview: 'overview',
  graph: 'graph/namespaces?namespaces=bookinfo',
  'graph with legend': 'graph/namespaces?namespaces=bookinfo&legend=true',
  'node graph': 'graph/node/namespaces/bookinfo/services/reviews',
  mesh: 'mesh?legend=true',
  namespaces: 'namespaces',
  applications: 'applications?namespaces=bookinfo',
  workloads: 'workloads?namespaces=bookinfo',
  services: 'services?namespaces=bookinfo',
  filtered: 'workloads?namespaces=bookinfo&health=Healthy&label=app',
  istio: 'istio',
  namespace: details,
  workload: `${details}/workloads/reviews-v3`,
  application: `${details}/applications/reviews`,
  service: `${details}/services/reviews`,
  traffic: `${details}/workloads/productpage-v1?tab=traffic`,
  inbound: `${details}/workloads/productpage-v1?tab=in_metrics&duration=600`,
  traces: `${details}/applications/reviews?tab=traces&duration=600&limit=20`,
  tracing: 'tracing?namespaces=bookinfo&service=bookinfo/reviews&duration=600&limit=20',
  logs: `${details}/workloads/productpage-v1?tab=logs&maxLines=100`,
  spans: `${details}/applications/productpage?tab=traces&duration=600&limit=20`,
  outbound: `${details}/workloads/productpage-v1?tab=out_metrics&duration=600`,
  listeners: `${details}/workloads/productpage-v1?tab=envoy&envoyTab=listeners`,
  'no namespace': 'graph/namespaces?namespaces=',
  'no such page': 'nowhere',
  'no such service': `${details}/services/nope`,
  envoy: `${details}/workloads/productpage-v1?tab=envoy`,
  bootstrap: `${details}/workloads/productpage-v1?tab=envoy&envoyTab=bootstrap`,
  object: `${details}/istio/networking.istio.io/v1/DestinationRule/reviews`,
  nothing: 'workloads?namespaces=bookinfo&workloadname=zzz',
};
/** What opens above a page: the page, and the button that opens it. */
const opened = {
  settings: ['namespaces', '[data-test="settings"]'],
  columns: ['workloads?namespaces=bookinfo', '[data-test="list-columns"]'],
  health: ['workloads?namespaces=bookinfo', '[data-test="health-icon"]'],
  'metrics settings': [`${details}/workloads/reviews-v3?tab=in_metrics`, '[data-test="metrics-settings"]'],
  'time range': [`${details}/workloads/reviews-v3?tab=in_metrics`, '[data-test="time-custom"]'],
  notifications: ['namespaces', '[data-test="notifications-badge"]'],
  'display menu': ['graph/namespaces?namespaces=bookinfo', '#display-settings'],
  'traffic menu': ['graph/namespaces?namespaces=bookinfo', '#graph-traffic-dropdown'],
  'find help': ['graph/namespaces?namespaces=bookinfo', '[data-test="graph-find-hide-help-button"]'],
  'tour of the graph': ['graph/namespaces?namespaces=bookinfo', '[data-test="graph-tour-start"]'],
  'tour of the mesh': ['mesh', '[data-test="mesh-tour-start"]'],
  namespaces: ['workloads?namespaces=bookinfo', '[data-test="namespace-dropdown"]'],
  'show of a namespace': [details, '[data-test="namespace-show"]'],
  help: ['namespaces', '[data-test="about-help-button"]'],
};

export const accessRows = {
  ...Object.fromEntries(Object.entries(pages).map(([name, path]) => [`page ${name}`, (stage) => look(stage, path)])),
  'page of 3000 rows': lookLong,
  'page trace panel': lookTracePanel,
  'page control plane': lookControlPlane,
  'opened tracing tester': lookTester,
  'opened typed choice': lookTypeahead,
  ...Object.fromEntries(Object.entries(opened).map(([name, [path, opener]]) => [`opened ${name}`, (stage) => lookOpened(stage, path, opener)])),
};

async function look(stage, path) {
  if (path.includes('DestinationRule')) await stage.apply('Bookinfo/manifests-later/networking/destination-rule-all.yaml');
  const page = await still(stage, path);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual((await walk(page)).faults, []);
}

async function lookOpened(stage, path, opener) {
  const page = await still(stage, path);
  await page.locator(opener).first().click();
  await page.locator('[role=dialog], .pf-v6-c-notification-drawer, .pf-v6-c-menu, [data-test="tour"]').first().waitFor();
  assert.deepEqual(await violations(page, await aboveLandmarks(page)), []);
}

/** A menu stands at the end of the document, above all landmarks: PatternFly puts it there, so that nothing cuts it off. */
async function aboveLandmarks(page) {
  return (await page.locator('body > div > .pf-v6-c-menu, body > .pf-v6-c-menu').count()) > 0 ? { region: { enabled: false } } : {};
}

/** The traces of a node beside the graph, one of them laid over it. */
async function lookTracePanel(stage) {
  const page = await stage.open('graph/namespaces?namespaces=bookinfo&refresh=5000');
  await stage.selectNode(page, 'productpage v1');
  await page.locator('[data-test="graph-side-panel"]').getByRole('tab', { name: 'Traces' }).click();
  await page.locator('[data-test="panel-trace"]').first().waitFor({ timeout: 60_000 });
  await page.locator('[data-test="panel-trace"]').first().click();
  await stage.eventually(async () => assert.match(page.url(), /traceId=/));
  // As a pasted link: nothing has been clicked, where Tab would go on. It does not change by itself.
  await page.goto(page.url().replace('refresh=5000', 'refresh=0'));
  await page.locator('[data-test="panel-trace"]').first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual((await walk(page)).faults, []);
}

/** The mesh page with a part of it selected by the keyboard: the control plane with its charts, or the trace store. */
async function selectPart(stage, name) {
  const page = await still(stage, 'mesh');
  const { nodes } = await stage.graph(page, (drawn) => assert.ok(drawn.nodes.some((node) => node.name.startsWith(name))));
  const { id } = nodes.find((node) => node.box === '' && node.name.startsWith(name));
  await page.goto(`${stage.base}/console/mesh?refresh=0&focusSelector=${id}`);
  return page;
}

async function lookControlPlane(stage) {
  const page = await selectPart(stage, 'istiod');
  await stage.panel(page, 'Memory now');
  assert.deepEqual(await violations(page), []);
  assert.deepEqual((await walk(page)).faults, []);
}

async function lookTester(stage) {
  const page = await selectPart(stage, 'jaeger');
  await page.click('[data-test="tracing-tester-open"]');
  const dialog = page.locator('[data-test="tracing-tester"]');
  await stage.showsIn(dialog, 'it answers');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('tab', { name: 'Tester' }).click();
  assert.deepEqual(await violations(page), []);
}

async function lookTypeahead(stage) {
  const page = await still(stage, 'istio');
  await page.click('#filter_select_type-toggle');
  await page.click('#istiotype');
  await page.getByRole('combobox', { name: 'Type' }).fill('policy');
  await stage.eventually(async () => assert.equal(await page.getByRole('option').count(), 1));
  assert.deepEqual(await violations(page, await aboveLandmarks(page)), []);
}

/** Of a long list only what is in sight is drawn: wherever one scrolls to, and wherever Tab leads. */
async function lookLong(stage) {
  const page = await stage.open('workloads?namespaces=bookinfo&refresh=0');
  await page.route('**/api/clusters/workloads*', async (route) => {
    const answer = await (await route.fetch()).json();
    const name = (i) => `many-${String(i).padStart(4, '0')}`;
    await route.fulfill({ json: { ...answer, workloads: Array.from({ length: 3000 }, (_, i) => ({ ...answer.workloads[i % answer.workloads.length], name: name(i) })) } });
  });
  await page.reload();
  await stage.shows(page, '3000 rows', 'many-0000');
  const drawn = () => page.locator('main tr[data-key]').count();
  const widths = () => page.locator('main thead th').evaluateAll((heads) => heads.map((head) => Math.round(head.getBoundingClientRect().width)));
  const before = await widths();
  for (const [part, shown] of [[0.5, /many-1[45]\d\d/], [1, 'many-2999'], [0, 'many-0000']]) {
    await page.locator('[data-test="page-body"]').evaluate((body, at) => body.scrollTo(0, at * body.scrollHeight), part);
    await stage.shows(page, shown);
    const count = await drawn();
    assert.ok(count > 10 && count < 120, `${count} rows are drawn`);
  }
  assert.deepEqual(await widths(), before, 'columns move while rows come and go');
  await page.locator('main tbody tr a').first().focus();
  for (let i = 0; i < 150; i++) await page.keyboard.press('Tab');
  const row = Number(await page.evaluate(() => /^many-(\d+)/.exec(document.activeElement?.closest('tr')?.dataset.key ?? '')?.[1]));
  assert.ok(row > 30, `150 times Tab lead to row ${row}`);
}

/** A page that is loaded and does not change by itself. */
async function still(stage, path) {
  const page = await stage.open(`${path}${path.includes('?') ? '&' : '?'}refresh=0`);
  await page.locator('main h1').first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await stage.eventually(async () => assert.equal(await page.locator('main .pf-v6-c-skeleton, main .pf-v6-c-spinner').count(), 0, 'the page is loading'));
  return page;
}

async function violations(page, exceptions = {}) {
  await page.evaluate(axe);
  // Colours on their way from one theme to the other are none.
  await page.addStyleTag({ content: '*, ::before, ::after { transition: none !important; animation: none !important; }' });
  const found = [];
  for (const isDark of [false, true]) {
    await page.evaluate((dark) => document.documentElement.classList.toggle('pf-v6-theme-dark', dark), isDark);
    const report = await page.evaluate(([only, except]) => globalThis.axe.run(document, { runOnly: only, rules: except }), [rules, exceptions]);
    for (const { id, help, nodes } of report.violations) found.push(`${isDark ? 'dark' : 'light'} ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`);
  }
  return found;
}
