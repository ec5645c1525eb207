// Rows of the guestbook's document.
import assert from 'node:assert/strict';

const istio = 'Guestbook/manifests-later/istio/';
const workload = 'namespaces/guestbook/workloads/frontend-v1';

/** The page and its entries are asked for as by people who use it. */
async function use(stage) {
  await stage.apply(`${istio}gateway.yaml`, `${istio}virtual-service.yaml`);
  stage.visit('/', 'guestbook.lvh.me');
  stage.visit('/guestbook.php?cmd=get&key=messages', 'guestbook.lvh.me');
  stage.visit('/guestbook.php?cmd=set&key=messages&value=hello', 'guestbook.lvh.me', 1);
}

export const guestbookRows = {
  172: async (stage) => {
    await use(stage);
    const page = await stage.open('graph/namespaces?namespaces=guestbook');
    await stage.graph(page, ({ edges }) => {
      const tones = Object.fromEntries(edges.map(({ name, tone }) => [name.replaceAll('@guestbook', ''), tone]));
      const of = (pattern) => Object.entries(tones).find(([name]) => pattern.test(name))?.[1];
      const said = JSON.stringify(tones);
      assert.equal(of(/^istio-ingressgateway.* -> frontend-internal$/), 'healthy', said);
      assert.equal(of(/^frontend-internal -> (guestbook|frontend) v1$/), 'healthy', said);
      assert.equal(of(/v1 -> redis-slave$/), 'tcp', said);
      assert.equal(of(/v1 -> redis-master$/), 'tcp', said);
    });
  },

  173: async (stage) => {
    await use(stage);
    const page = await stage.open('workloads?namespaces=guestbook');
    await stage.shows(page, 'frontend-v1', 'redis-master', 'redis-slave', '3 rows');
    const walk = async (path, ...texts) => {
      await page.goto(`${stage.base}/console/${path}`);
      await stage.shows(page, ...texts);
    };
    await walk('services?namespaces=guestbook', 'frontend-internal', 'redis-master', 'redis-slave');
    await walk('applications?namespaces=guestbook', 'guestbook', 'redis');
    await walk(`${workload}?tab=traffic`, 'Inbound', 'Outbound', 'redis-slave', 'tcp');
    await walk(`${workload}?tab=in_metrics&duration=300`, 'Request volume', 'Request duration');
    await walk('istio?namespaces=guestbook', 'guestbook-gateway', 'guestbook-frontend', 'Gateway', 'VirtualService');
    await page.locator('main').getByRole('link', { name: 'guestbook-frontend' }).click();
    await stage.shows(page, 'guestbook.lvh.me', 'frontend-internal', 'prefix');
  },

  174: async (stage) => {
    await use(stage);
    const page = await stage.open(`${workload}?tab=logs&duration=600`);
    await page.locator('#log_show input').fill('outbound|6379||redis-slave');
    await page.keyboard.press('Enter');
    await stage.eventually(async () => {
      const lines = await page.locator('.weft-log__text').allTextContents();
      assert.match(lines.at(-1) ?? '', /"- - -" 0 - - - "-" \d+ \d+ \d+ - "-" "-" "-" "-" "127\.[\d.]+:6379" outbound\|6379\|\|redis-slave\.guestbook\.svc\.cluster\.local|"- - -" 0 - .* outbound\|6379\|\|redis-slave\.guestbook/, lines.at(-1));
      const endpoints = new Set(lines.map((line) => /"(127[\d.]+:6379)" outbound/.exec(line)?.[1]));
      assert.ok(endpoints.size >= 2, `two endpoints: ${[...endpoints]}`);
    });
  },
};
