// Accessibility of the pages in both themes: fails on serious and critical violations. node browser/axe.mjs
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openPage, withBrowser } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const graph = '/console/graph/namespaces?namespaces=bookinfo';
const states = {
  graph: [`${graph}&legend=true`, null],
  display: [graph, '#display-settings'],
  traffic: [graph, '#graph-traffic-dropdown'],
  namespaces: [graph, '[data-test="namespace-dropdown"]'],
  type: [graph, '#graph_type_dropdown-toggle'],
  help: [graph, '[data-test="graph-find-hide-help-button"]'],
  findError: [`${graph}&graphFind=nonsense&graphHide=healthy`, null],
  error: ['/console/graph/namespaces?namespaces=broken', null],
  none: ['/console/graph/namespaces?namespaces=', null],
  node: ['/console/graph/node/namespaces/bookinfo/services/reviews', null],
};
let serious = 0;

await withBrowser(async ({ base, context }) => {
  for (const theme of ['light', 'dark']) {
    for (const [name, [path, click]] of Object.entries(states)) {
      const page = await openPage(context, base, path, { theme });
      if (click) await page.click(click);
      await page.waitForTimeout(500);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
      for (const violation of violations) {
        const grave = violation.impact === 'serious' || violation.impact === 'critical';
        if (grave) serious++;
        console.log(`${theme} ${name}: ${violation.impact} ${violation.id}: ${violation.help}`);
        for (const node of violation.nodes.slice(0, 3)) console.log(`    ${node.html.slice(0, 180)}\n      ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`);
      }
      await page.close();
    }
  }
});
console.log(`${serious} serious or critical violations`);
process.exitCode = serious === 0 ? 0 : 1;
