// Screenshots to judge by eye: node browser/shots.mjs [folder] [name...]
import { mkdirSync } from 'node:fs';
import { openPage, withBrowser } from './browser.mjs';

const [folder = '/tmp/weft-shots', ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const travels = '/console/graph/namespaces?namespaces=travel-agency,travel-control,travel-portal';
const shots = {
  first: ['/', {}],
  travels: [travels, {}],
  'travels-dark': [travels, { theme: 'dark' }],
  'travels-wide': [travels, { width: 1920, height: 1080 }],
  'travels-wide-dark': [travels, { width: 1920, height: 1080, theme: 'dark' }],
  bookinfo: ['/console/graph/namespaces?namespaces=bookinfo&badgeSecurity=true&edges=responseTime,rt95,trafficRate&idleNodes=true&legend=true', { width: 1920, height: 1080 }],
  'bookinfo-find': ['/console/graph/namespaces?namespaces=bookinfo&graphFind=%25httperr > 5&graphHide=idle', { theme: 'dark' }],
  dagre: [`${travels}&layout=kiali-dagre`, {}],
  'dagre-first': ['/console/graph/namespaces?layout=kiali-dagre', {}],
  'dagre-bookinfo': ['/console/graph/namespaces?namespaces=bookinfo&layout=kiali-dagre', {}],
  grid: [`${travels}&layout=kiali-grid`, {}],
  rank: ['/console/graph/namespaces?namespaces=bookinfo&rank=true&graphFind=rank <= 2&graphType=workload', {}],
  service: ['/console/graph/namespaces?namespaces=bookinfo&graphType=service', {}],
  fcose: [`${travels}&layout=kiali-fcose`, {}],
  breadth: [`${travels}&layout=kiali-breadth-first`, {}],
  concentric: [`${travels}&layout=kiali-concentric`, {}],
  large: ['/console/graph/namespaces?namespaces=large-300', { width: 1920, height: 1080 }],
  error: ['/console/graph/namespaces?namespaces=broken', {}],
  none: ['/console/graph/namespaces?namespaces=', {}],
  node: ['/console/graph/node/namespaces/bookinfo/services/reviews', {}],
};

await withBrowser(async ({ base, context }) => {
  for (const [name, [path, options]] of Object.entries(shots)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const page = await openPage(context, base, path, options);
    await page.screenshot({ path: `${folder}/${name}.png` });
    await page.close();
    console.log(name);
  }
});
