// How a large graph is drawn and moved: node browser/perf.mjs [nodes...]. Lines for bench/results/browser.md.
import { loadavg } from 'node:os';
import { withBrowser } from './browser.mjs';

const sizes = process.argv.slice(2).map(Number).filter((size) => size > 0);

await withBrowser(async ({ base, context }) => {
  console.log(`load ${loadavg()[0].toFixed(1)}\n| nodes | edges | first paint | laid out | of that, processor time of the page | longest pause of the page meanwhile | pan: median, 95th, worst | zoom | select |\n|---|---|---|---|---|---|---|---|---|`);
  for (const size of sizes.length > 0 ? sizes : [100, 500, 2000]) console.log(await measure(context, base, size));
});

async function measure(context, base, size) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.addInitScript(watchFrames);
  const processor = await processorTime(page);
  const started = performance.now();
  const since = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  await page.goto(`${base}/console/graph/namespaces?namespaces=large-${size}&refresh=0`);
  await page.waitForSelector('.weft-canvas canvas', { timeout: 120_000 });
  const painted = since();
  await page.waitForFunction(() => /Updated/.test(document.querySelector('.weft-graph__status')?.textContent ?? ''), null, { timeout: 240_000 });
  const laidOut = since();
  const busy = await processor();
  const edges = 3 * size;
  await page.waitForTimeout(700);
  const meanwhile = await frames(page);
  await page.screenshot({ path: `/tmp/weft-shots/large-${size}.png` });

  await page.mouse.move(640, 300);
  await page.mouse.down();
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(640 + 4 * i, 300 + 2 * i);
    await page.waitForTimeout(12);
  }
  await page.mouse.up();
  const pan = await frames(page);
  for (let i = 0; i < 40; i++) {
    await page.mouse.wheel(0, i < 20 ? -60 : 60);
    await page.waitForTimeout(25);
  }
  const zoom = await frames(page);
  await page.waitForTimeout(700);
  await frames(page);
  // The keyboard selects as the mouse does, and knows where the nodes are.
  await page.focus('.weft-canvas');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => location.search.includes('focusSelector'));
  await page.waitForTimeout(700);
  const select = await frames(page);
  await page.screenshot({ path: `/tmp/weft-shots/large-${size}-selected.png` });
  await page.close();
  return `| ${size} | ${edges} | ${painted} | ${laidOut} | ${busy.toFixed(1)} s | ${worst(meanwhile)} | ${spread(pan)} | ${spread(zoom)} | worst ${worst(select)} |`;
}

/** Seconds that the page's own thread has worked, whatever else the machine does. */
async function processorTime(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
  await session.send('Performance.enable');
  return async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
}

/** Runs in the page: the time between frames. */
function watchFrames() {
  globalThis.frameTimes = [];
  let last = performance.now();
  const tick = (now) => {
    globalThis.frameTimes.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

/** The frames since it was asked last, the shortest first. */
async function frames(page) {
  return (await page.evaluate(() => globalThis.frameTimes.splice(0))).sort((a, b) => a - b);
}

function worst(times) {
  return `${times.at(-1)?.toFixed(0)} ms`;
}

function spread(times) {
  const at = (share) => times[Math.floor(times.length * share)]?.toFixed(0);
  return `${at(0.5)}, ${at(0.95)}, ${worst(times)}`;
}
