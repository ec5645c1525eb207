// Pictures of all pages and their accessibility: node browser/pages.mjs <folder with recordings> [--axe] [--out folder] [name...]
// With WEFT_URL set, the running product is looked at instead of the recordings.
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { withBrowser } from './browser.mjs';

const args = process.argv.slice(2);
const take = (name) => {
  const at = args.indexOf(name);
  return at < 0 ? null : args.splice(at, 2)[1];
};
const flag = (name) => {
  const at = args.indexOf(name);
  return at >= 0 && args.splice(at, 1).length > 0;
};
const [out, withAxe, sizes] = [take('--out') ?? '/tmp/weft-pages', flag('--axe'), flag('--all')];
const [recordings, ...only] = args;
mkdirSync(out, { recursive: true });

const ns = 'bookinfo';
const details = `/namespaces/${ns}`;
/** Name: path, and what to do before the picture. */
const pages = {
  overview: ['/overview'],
  mesh: ['/mesh', (page) => page.waitForTimeout(1200)],
  meshnode: ['/mesh?focusSelector=9c3363d194913f915b0e459a3f80816f3ee203bc2683bfd657037b00aff18778', (page) => page.waitForTimeout(1200)],
  tracing: ['/tracing?namespaces=bookinfo&service=bookinfo/reviews&duration=1800'],
  object: [`${details}/istio/networking.istio.io/v1/DestinationRule/reviews`, (page) => page.waitForTimeout(900)],
  graph: ['/graph/namespaces?namespaces=bookinfo&traceId=000000c0ffee0013', (page) => page.waitForTimeout(1200)],
  graphnode: ['/graph/namespaces?namespaces=bookinfo&duration=600', selectNode],
  graphtraces: ['/graph/namespaces?namespaces=bookinfo&duration=600', (page) => selectNode(page).then(() => page.click('role=tab[name="Traces"]')).then(() => page.locator('[data-test="panel-trace"]').first().click()).then(() => page.waitForTimeout(900))],
  replay: [`/graph/namespaces?namespaces=bookinfo&replayStart=${Math.floor(Date.now() / 10_000) * 10 - 300}&replayWindow=300`, (page) => page.waitForTimeout(1200)],
  tour: ['/graph/namespaces?namespaces=bookinfo', (page) => page.waitForTimeout(1000).then(() => page.click('[data-test="graph-tour-start"]'))],
  kiosk: ['/graph/namespaces?namespaces=bookinfo&kiosk=true', (page) => page.waitForTimeout(1200)],
  drawer: ['/workloads?namespaces=broken', (page) => page.click('[data-test="notifications-badge"]').then(() => page.waitForTimeout(400))],
  about: ['/overview', (page) => page.click('[data-test="about-help-button"]').then(() => page.click('role=menuitem[name="About"]')).then(() => page.waitForTimeout(400))],
  debug: ['/overview', (page) => page.click('[data-test="about-help-button"]').then(() => page.click('role=menuitem[name="View debug info"]')).then(() => page.waitForTimeout(400))],
  namespaces: ['/namespaces'],
  applications: ['/applications'],
  workloads: ['/workloads'],
  services: ['/services'],
  filtered: ['/workloads?health=Failure&label=app=reviews'],
  nothing: ['/workloads?workloadname=zzz'],
  broken: ['/workloads?namespaces=broken'],
  istio: ['/istio'],
  namespace: [details],
  workload: [`${details}/workloads/reviews-v3`],
  application: [`${details}/applications/reviews`],
  service: [`${details}/services/reviews`],
  traffic: [`${details}/workloads/reviews-v3?tab=traffic`],
  inbound: [`${details}/workloads/reviews-v3?tab=in_metrics&duration=300`],
  outbound: [`${details}/workloads/productpage-v1?tab=out_metrics&duration=300&showSpans=true&trendlines=true`],
  expanded: [`${details}/services/reviews?tab=metrics&duration=300&expand=Request+duration`],
  runtime: [`${details}/workloads/productpage-v1?tab=cd-go&duration=300`],
  traces: [`${details}/applications/reviews?tab=traces&duration=1800`, (page) => page.locator('.weft-scatter__dot').last().click()],
  spans: [`${details}/applications/reviews?tab=traces&duration=1800`, (page) => selectTrace(page, 'Span Details')],
  compare: [`${details}/applications/reviews?tab=traces&duration=1800`, (page) => selectTrace(page, 'Comparison')],
  range: [`${details}/workloads/reviews-v3?tab=in_metrics&duration=300`, (page) => page.click('[data-test="time-custom"]').then(() => page.waitForTimeout(400))],
  settings: [`${details}/workloads/reviews-v3?tab=in_metrics&duration=300&bylbl=source_canonical_service`, (page) => page.click('[data-test="metrics-settings"]').then(() => page.waitForTimeout(400))],
  columns: ['/services', (page) => page.click('[data-test="list-columns"]').then(() => page.waitForTimeout(400))],
  health: ['/workloads?sort=health', (page) => page.locator('[data-test="health-icon"]').first().click().then(() => page.waitForTimeout(400))],
  logs: [`${details}/workloads/productpage-v1?tab=logs&duration=1800`],
  logline: [`${details}/workloads/productpage-v1?tab=logs&duration=1800&showSpans=true`, (page) => page.locator('button[aria-label="Explain this line"]').first().click()],
  clusters: [`${details}/workloads/productpage-v1?tab=envoy`],
  bootstrap: [`${details}/workloads/productpage-v1?tab=envoy&envoyTab=bootstrap`, (page) => page.waitForTimeout(700)],
  gone: [`${details}/services/nope`],
  ...JSON.parse(process.env.WEFT_PAGES ?? '{}'),
};

/** Selects the newest trace, and one of its tabs. */
async function selectTrace(page, tab) {
  await page.locator('.weft-scatter__dot').last().click();
  await page.click(`role=tab[name="${tab}"]`);
  await page.waitForTimeout(500);
}

/** Selects the node reviews-v2 by its id. */
async function selectNode(page) {
  const id = await page.evaluate(async () => {
    const answer = await (await fetch('/api/namespaces/graph?namespaces=bookinfo&graphType=versionedApp&injectServiceNodes=true&duration=600s&boxBy=namespace,app&appenders=health')).json();
    return answer.elements.nodes.find(({ data }) => data.workload === 'reviews-v2').data.id;
  });
  const address = new URL(page.url());
  address.searchParams.set('focusSelector', id);
  await page.goto(address.toString());
  await page.waitForTimeout(2000);
}

const looks = sizes
  ? [['light', 1280, 800], ['dark', 1280, 800], ['light', 1920, 1080], ['dark', 1920, 1080]]
  : [['light', 1280, 800], ['dark', 1280, 800]];
let serious = 0;
const axe = withAxe ? readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8') : null;

await withBrowser(
  async ({ base, context }) => {
    for (const [name, [path, act]] of Object.entries(pages)) {
      if (only.length > 0 && !only.some((wanted) => name.startsWith(wanted))) continue;
      for (const [theme, width, height] of looks) {
        const page = await context.newPage();
        page.on('pageerror', (error) => console.log(`${name}: PAGE ERROR ${error.message}`));
        page.on('console', (message) => message.type() === 'error' && !/status of 50\d|status of 404/.test(message.text()) && console.log(`${name}: CONSOLE ${message.text()}`));
        await page.setViewportSize({ width, height });
        await page.addInitScript((value) => localStorage.setItem('weft.theme', value), theme);
        await page.goto(`${base}/console${path}`);
        await page.waitForLoadState('networkidle').catch(() => undefined);
        await page.waitForTimeout(600);
        if (act) await act(page);
        await page.screenshot({ path: `${out}/${name}-${theme}-${width}.png` });
        if (axe && width === looks[0][1]) {
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
          for (const violation of violations) {
            const grave = violation.impact === 'serious' || violation.impact === 'critical';
            if (grave) serious++;
            console.log(`${theme} ${name}: ${violation.impact} ${violation.id}: ${violation.help}`);
            for (const node of violation.nodes.slice(0, 2)) console.log(`    ${node.html.slice(0, 160)}\n      ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`);
          }
        }
        await page.close();
      }
    }
  },
  recordings === undefined ? {} : { script: 'recorded.mjs', args: [recordings] },
);
if (withAxe) console.log(`${serious} serious or critical violations`);
process.exitCode = serious === 0 ? 0 : 1;
