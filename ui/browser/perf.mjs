// Frames while a graph of 300 nodes and 1,000 edges is dragged and zoomed: node browser/perf.mjs
import { withBrowser } from './browser.mjs';

await withBrowser(async ({ base, context }) => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1920, height: 1080 });
  const started = Date.now();
  await page.goto(`${base}/console/graph/namespaces?namespaces=large&refresh=0`);
  await page.waitForSelector('.weft-canvas canvas');
  await page.waitForFunction(() => /Updated/.test(document.querySelector('.weft-graph__status')?.textContent ?? ''), null, { timeout: 60_000 });
  console.log(`laid out after ${Date.now() - started} ms`);
  await page.waitForTimeout(500);
  await page.screenshot({ path: '/tmp/weft-shots/large.png' });
  await page.evaluate(() => {
    globalThis.frames = [];
    let last = performance.now();
    const tick = (now) => {
      globalThis.frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const report = async (name) => {
    const frames = await page.evaluate(() => globalThis.frames.splice(0));
    frames.sort((a, b) => a - b);
    const at = (share) => frames[Math.floor(frames.length * share)]?.toFixed(0);
    console.log(`${name}: ${frames.length} frames, median ${at(0.5)} ms, 95th ${at(0.95)} ms, worst ${frames.at(-1)?.toFixed(0)} ms`);
  };
  await page.mouse.move(640, 300);
  await page.mouse.down();
  for (let i = 0; i < 90; i++) {
    await page.mouse.move(640 + 4 * i, 300 + 2 * i);
    await page.waitForTimeout(12);
  }
  await page.mouse.up();
  await report('pan');
  for (let i = 0; i < 40; i++) {
    await page.mouse.wheel(0, i < 20 ? -60 : 60);
    await page.waitForTimeout(25);
  }
  await report('zoom');
  await page.screenshot({ path: '/tmp/weft-shots/large-moved.png' });
});
