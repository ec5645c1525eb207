// A refresh must move nothing: two pictures of the canvas, one before and one after a refresh, are the same. node browser/stable.mjs
import assert from 'node:assert/strict';
import { openPage, withBrowser } from './browser.mjs';

await withBrowser(async ({ base, context }) => {
  const page = await openPage(context, base, '/console/graph/namespaces?namespaces=bookinfo&animation=false&edges=&refresh=0');
  const canvas = { x: 30, y: 230, width: 850, height: 440 };
  await page.mouse.move(500, 400);
  await page.mouse.wheel(0, -200);
  await page.mouse.move(10, 10);
  await page.waitForTimeout(700);
  const updated = () => page.textContent('.weft-graph__status');
  const [before, time] = [await page.screenshot({ clip: canvas }), await updated()];
  await page.waitForTimeout(1100);
  await page.click('[data-test="refresh-button"]');
  await page.waitForFunction((old) => document.querySelector('.weft-graph__status')?.textContent !== old, time);
  await page.mouse.move(10, 10);
  await page.waitForTimeout(700);
  assert.ok(before.equals(await page.screenshot({ clip: canvas })), 'the canvas has changed with a refresh');
  console.log('a refresh moves nothing; zoom and pan stay');
  await page.reload();
  await page.waitForSelector('.weft-canvas canvas');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'content', 'the skip link leads to the content');
  console.log('skip link works');
});
