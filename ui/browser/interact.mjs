// Drives the graph page as a user does and says what it saw: node browser/interact.mjs [folder]
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { openPage, withBrowser } from './browser.mjs';

const folder = process.argv[2] ?? '/tmp/weft-shots';
mkdirSync(folder, { recursive: true });
const graph = '/console/graph/namespaces?namespaces=bookinfo';

await withBrowser(async ({ base, context }) => {
  const page = await openPage(context, base, graph, { width: 1440, height: 900 });
  const parameter = (name) => new URL(page.url()).searchParams.get(name);
  const shot = (name) => page.screenshot({ path: `${folder}/${name}.png` });

  await page.focus('[data-test="graph-canvas"]');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => location.search.includes('focusSelector'));
  await page.waitForTimeout(300);
  await shot('i-node');
  const first = parameter('focusSelector');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((before) => new URLSearchParams(location.search).get('focusSelector') !== before, first);
  console.log('arrow keys move the selection');

  await page.fill('#graph_find', 'http > 1');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=/\\d+ found/');
  console.log('find:', await page.textContent('.weft-find__count'));
  await page.fill('#graph_hide', 'nonsense');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#graph_hide_error');
  console.log('hide error:', await page.textContent('#graph_hide_error'));
  await page.fill('#graph_hide', 'protocol = tcp');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=/\\d+ hidden/');
  await page.waitForTimeout(900);
  await shot('i-find-hide');

  await page.click('#display-settings');
  await page.waitForSelector('#responseTime');
  await shot('i-display');
  await page.check('#responseTime');
  assert.match(parameter('edges'), /rt95/);
  await page.keyboard.press('Escape');
  await page.click('[data-test="namespace-dropdown"]');
  await page.waitForSelector('[data-test="namespace-travel-agency"]');
  await shot('i-namespaces');
  await page.click('[data-test="namespace-travel-agency"] >> label');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => new URLSearchParams(location.search).get('namespaces') === 'bookinfo,travel-agency');
  console.log('namespaces chosen on close');
  await page.click('#graph_type_dropdown-toggle');
  await page.click('#workload');
  assert.equal(parameter('graphType'), 'workload');
  await page.click('[data-test="graph-find-hide-help-button"]');
  await page.waitForSelector('#find-help-title');
  await page.waitForTimeout(300);
  await shot('i-help');
  await page.keyboard.press('Escape');
  await page.click('[data-test="graph-factory-reset"]');
  await page.waitForFunction(() => !location.search.includes('graphFind'));
  await page.click('[data-test="about-help-button"]');
  await page.click('text=About');
  await page.waitForSelector('[data-test="about-modal"]');
  await page.waitForTimeout(400);
  await shot('i-about');
  await page.keyboard.press('Escape');
  await page.close();

  // By mouse: the first node found from the left is selected by a click, offers a menu, and opens on a double click.
  const mouse = await openPage(context, base, graph, { width: 1440, height: 900 });
  const spot = await nodeSpot(mouse);
  await mouse.mouse.click(spot.x, spot.y, { button: 'right' });
  await mouse.waitForSelector('[data-test="graph-node-menu"]');
  await mouse.waitForTimeout(300);
  await mouse.screenshot({ path: `${folder}/i-menu.png` });
  await mouse.keyboard.press('Escape');
  await mouse.mouse.dblclick(spot.x, spot.y);
  await mouse.waitForURL(/graph\/node\/namespaces/);
  console.log('double click opens', new URL(mouse.url()).pathname);
  await mouse.click('[data-test="graph-back"]');
  await mouse.waitForURL(/graph\/namespaces\?/);
  await mouse.close();

  // An edge: taken from the API, opened by link.
  const answer = await (await fetch(`${base}/api/namespaces/graph?namespaces=bookinfo&graphType=versionedApp&boxBy=namespace,app`)).json();
  const edge = answer.elements.edges.find(({ data }) => data.traffic.rates.http5xx && data.isMTLS);
  const edgePage = await openPage(context, base, `${graph}&focusSelector=${edge.data.id}`, { width: 1440, height: 900, theme: 'dark' });
  await edgePage.screenshot({ path: `${folder}/i-edge.png` });
  await edgePage.click('role=tab[name="Flags"]');
  await edgePage.waitForTimeout(200);
  await edgePage.screenshot({ path: `${folder}/i-edge-flags.png` });
  await edgePage.close();
  console.log('done');
});

/** A point of the canvas where a click selects a node. */
async function nodeSpot(page) {
  const box = await page.locator('[data-test="graph-canvas"]').boundingBox();
  for (let x = box.x + 20; x < box.x + box.width - 60; x += 20) {
    for (let y = box.y + 60; y < box.y + box.height - 120; y += 20) {
      await page.mouse.click(x, y);
      await page.waitForTimeout(280);
      const heading = await page.textContent('.weft-panel__title');
      if (/^[ASW] ?\S/.test(heading) && (await page.locator('[data-test="panel-node-graph"]').count()) > 0) return { x, y };
    }
  }
  throw new Error('no node under the mouse');
}
