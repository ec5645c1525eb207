// The traffic graph page's own tools, used as a user does, over Travels in the mesh. Rows have names: the acceptance list has no numbers for them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Stage } from './stage.mjs';

const namespaces = 'namespaces=travel-agency,travel-control,travel-portal';
const graph = `graph/namespaces?${namespaces}&edges=trafficRate`;
const isWhole = ({ edges }) => assert.equal(edges.length, 22, `22 edges; drawn: ${edges.map(({ name }) => name).join(', ')}`);
const parameter = (page, name) => new URL(page.url()).searchParams.get(name);
const nodesOf = (drawn) => drawn.nodes.filter(({ shape }) => shape !== 'box');
const box = (drawn, label) => drawn.nodes.find((node) => node.shape === 'box' && node.label === label);

/** Half of the calls to discounts fail. */
const failingDiscounts = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: discounts-fail, namespace: travel-agency}
spec:
  hosts: [discounts]
  http:
  - fault: {abort: {httpStatus: 500, percentage: {value: 50}}}
    route: [{destination: {host: discounts}}]
`;

export const rows = {
  exports: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, isWhole);
    const save = async (format) => {
      await page.click('[data-test="graph-export"]');
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()]);
      return readFile(await download.path());
    };

    const json = JSON.parse(await save('Data (JSON)'));
    assert.equal(json.edges.length, 22);
    assert.ok(json.nodes.some((node) => node.app === 'hotels' && node.version === 'v1'));

    const mermaid = String(await save('Mermaid'));
    assert.match(mermaid, /^flowchart LR\n/);
    assert.equal(mermaid.match(/subgraph/g).length, mermaid.match(/^\s*end$/gm).length, 'every subgraph ends');
    assert.equal(mermaid.match(/ (-->|==>|-\.->)/g).length, 22, 'an arrow per edge');

    const svg = String(await save('Drawing (SVG)'));
    const shapes = await page.evaluate((text) => {
      const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
      const all = (selector) => [...drawing.querySelectorAll(selector)];
      return { error: all('parsererror').length, paths: all('path').length, texts: all('text').map((each) => each.textContent), size: [drawing.documentElement.getAttribute('width'), drawing.documentElement.getAttribute('height')].map(Number), text };
    }, svg);
    assert.equal(shapes.error, 0, 'well-formed');
    assert.equal(shapes.paths, 22, 'a line per edge');
    assert.ok(shapes.texts.includes('travel-agency') && shapes.texts.some((text) => /rps$/.test(text)), `names and rates: ${shapes.texts}`);
    assert.ok(shapes.size.every((length) => length > 300), `size ${shapes.size}`);
    assert.ok(!/NaN|undefined/.test(svg));

    const png = await save('Picture (PNG)');
    assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const colors = await page.evaluate(async (bytes) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext('2d');
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, picture.width, picture.height);
      const has = (r, g, b) => {
        for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 6) return true;
        return false;
      };
      return { width: picture.width, green: has(99, 153, 61), blue: has(0, 102, 204) };
    }, [...png]);
    assert.ok(colors.width > 600 && colors.green && colors.blue, `green and blue lines in the picture: ${JSON.stringify(colors)}`);
  },

  replay: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, isWhole);
    // The mesh may be younger than the five minutes: of a time before its namespaces the server refuses a graph.
    stage.tolerates(/server responded with a status of 400/);
    const asked = [];
    page.on('request', (request) => /namespaces\/graph\?/.test(request.url()) && asked.push(Number(new URL(request.url()).searchParams.get('queryTime'))));
    await page.click('[data-test="graph-replay-start"]');
    const bar = page.locator('[data-test="graph-replay"]');
    await bar.waitFor();
    await stage.eventually(() => assert.ok(new Set(asked).size >= 2, `frames are asked for one after the other: ${asked}`));
    await bar.getByRole('button', { name: 'Pause' }).click();
    const slider = bar.getByRole('slider', { name: 'Moment shown' });
    const [least, most] = [Number(await slider.getAttribute('min')), Number(await slider.getAttribute('max'))];
    assert.equal(most - least, 300, 'five minutes');
    await slider.fill(String(most));
    await stage.eventually(() => assert.equal(Number(parameter(page, 'queryTime')), most));
    await stage.graph(page, ({ edges }) => assert.ok(edges.length > 0, 'the last frame has traffic'));
    await page.reload();
    await bar.waitFor();
    assert.equal(Number(parameter(page, 'replayWindow')), 300, 'a pasted link replays too');
    await bar.getByRole('button', { name: 'Close Replay' }).click();
    await bar.waitFor({ state: 'detached' });
    assert.equal(parameter(page, 'queryTime'), null);
    await stage.graph(page, isWhole);
  },

  collapse: async (stage) => {
    const page = await stage.open(graph);
    const whole = await stage.graph(page, isWhole);
    await openMenu(stage, page, (drawn) => box(drawn, 'travel-agency'));
    await page.getByRole('menuitem', { name: 'Collapse' }).click();
    const collapsed = await stage.graph(page, (drawn) => {
      assert.equal(drawn.edges.length, 3, 'one edge from each portal');
      assert.ok(nodesOf(drawn).length < nodesOf(whole).length);
      assert.ok(drawn.edges.every(({ label }) => /rps/.test(label)), 'with their rates');
    });
    assert.ok(box(collapsed, 'travel-agency'), 'the namespace stands for what it holds');
    await openMenu(stage, page, (drawn) => box(drawn, 'travel-agency'));
    await page.getByRole('menuitem', { name: 'Expand' }).click();
    await stage.graph(page, isWhole);
  },

  area: async (stage) => {
    const page = await stage.open(`${graph}&animation=false`);
    await stage.graph(page, isWhole);
    const zoom = () => page.evaluate(() => document.querySelector('.weft-canvas')._cyreg.cy.zoom());
    const before = await zoom();
    const { nodes } = await stage.drawn(page);
    const node = nodes.find(({ name }) => name === 'cars@travel-agency');
    await page.keyboard.down('Shift');
    await page.mouse.move(node.x - 60, node.y - 70);
    await page.mouse.down();
    await page.mouse.move(node.x, node.y, { steps: 4 });
    await page.mouse.move(node.x + 60, node.y + 70, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await stage.eventually(async () => assert.ok((await zoom()) > 2 * before, 'the area fills the canvas'));
    await page.click('#toolbar_graph_fit');
    await stage.eventually(async () => assert.ok(Math.abs((await zoom()) - before) < 0.1 * before, 'and back to all'));
  },

  findAndHide: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, isWhole);
    const find = async (expression) => {
      await page.fill('#graph_find', expression);
      await page.keyboard.press('Enter');
    };
    const found = (names) => stage.graph(page, (drawn) => assert.deepEqual(nodesOf(drawn).filter((node) => node.found).map(({ name }) => name.split('@')[0]).sort(), names));
    await find('(app = cars or app = hotels) and version = v1');
    await found(['cars v1', 'hotels v1']);
    await find('namespace = travel-agency and not (node = service or app = cars or app = hotels or app startswith d)');
    await found(['flights v1', 'insurances v1', 'mysqldb v1', 'travels v1']);
    await find('tcpin > 0');
    await found(['mysqldb', 'mysqldb v1']);
    await find('protocol = tcp');
    await stage.graph(page, ({ edges }) => assert.ok(edges.every((edge) => edge.found === edge.name.includes('-> mysqldb')), 'the edges to the database'));
    await find('(http > 0');
    await page.locator('#graph_find_error').waitFor();
    await find('');
    await page.fill('#graph_hide', 'tcp > 0');
    await page.keyboard.press('Enter');
    await stage.graph(page, (drawn) => {
      assert.equal(drawn.edges.length, 17);
      assert.ok(!drawn.nodes.some(({ name }) => name.startsWith('mysqldb')), 'nodes that lost their last edge go too');
    });
    assert.equal(parameter(page, 'graphHide'), 'tcp > 0');
    await page.click('#toolbar_edge_mode_unhealthy');
    await stage.graph(page, ({ edges }) => assert.equal(edges.length, 0, 'all edges are healthy'));
  },

  panels: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, isWhole);
    await stage.panel(page, 'Current graph', 'travel-portal', /Edges 22/, 'HTTP (requests per second)', /TCP Total [\d.]+bps/);
    await stage.selectNode(page, 'hotels v1@travel-agency');
    await stage.panel(page, /W(orkload)? hotels-v1/, 'Namespace travel-agency', 'Health Healthy', /In [\d.]+ 100% 0%/, /Out /, 'Inbound Metrics', 'Logs');
    await page.locator('[data-test="graph-side-panel"] canvas').first().waitFor();
    await selectBy(stage, page, (drawn) => box(drawn, 'travel-agency'));
    await stage.panel(page, 'travel-agency', /In [\d.]+/, 'hotels', 'mysqldb');
    const panel = await stage.selectEdge(page, 'travels v1@travel-agency -> hotels@travel-agency');
    await stage.panel(page, 'From', 'To', /mTLS/i, /cluster\.local\/ns\/travel-agency\/sa\//, 'OK 100%');
    await panel.getByRole('tab', { name: 'Flags' }).click();
    await stage.panel(page, /200 - 100%/);
    await panel.getByRole('tab', { name: 'Hosts' }).click();
    await stage.panel(page, /200 hotels\.travel-agency\.svc\.cluster\.local 100%/);
    await page.getByRole('button', { name: 'Hide the summary' }).click();
    assert.equal(await page.locator('.weft-panel__body').count(), 0);
  },

  keyboard: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, isWhole);
    const selected = () => parameter(page, 'focusSelector');
    const press = async (key, check) => {
      const before = selected();
      await page.keyboard.press(key);
      await stage.eventually(() => (check ? check() : assert.notEqual(selected(), before)));
    };
    await page.focus('[data-test="graph-canvas"]');
    await press('ArrowRight');
    const { nodes, edges } = await stage.drawn(page);
    assert.ok(nodes.some(({ id }) => id === selected()), 'a node');
    await press('e');
    const edge = edges.find(({ id }) => id === selected());
    assert.ok(edge, 'an edge of it');
    await stage.panel(page, 'From', 'To');
    await press('ArrowRight', () => assert.ok(nodes.some(({ id }) => id === selected()), 'its target'));
    await stage.panel(page, 'Health');
    await press('m', async () => assert.equal(await page.locator('[data-test="graph-node-menu"]').count(), 1));
    assert.ok(await page.evaluate(() => document.activeElement.closest('[data-test="graph-node-menu"]') !== null), 'the menu has the focus');
    await page.keyboard.press('Escape');
    await page.locator('[data-test="graph-node-menu"]').waitFor({ state: 'detached' });
    assert.ok(await page.evaluate(() => document.activeElement.matches('[data-test="graph-canvas"]')), 'the canvas has it back');
    await press('Enter', () => assert.match(page.url(), /graph\/node\/namespaces\//));
    await page.focus('[data-test="graph-back"]');
    await page.keyboard.press('Enter');
    await stage.graph(page, isWhole);
    await page.focus('[data-test="graph-canvas"]');
    await press('ArrowRight');
    await press('Escape', () => assert.equal(selected(), null));
  },

  legendAndTour: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, isWhole);
    await page.click('[data-test="toolbar-toggle-legend"]');
    await stage.showsIn(
      page.locator('[data-test="graph-legend"]'),
      ...['Workload', 'App', 'Service entry', 'Operation', 'Failure', 'Degraded', 'Healthy', 'Idle', 'TCP connection', 'mTLS', 'Circuit breaker', 'Virtual service', 'Missing sidecar', 'Workload entry', 'Gateway', 'Traffic source', 'Failed request'],
    );
    await page.getByRole('button', { name: 'Close the legend' }).click();
    assert.equal(await page.locator('[data-test="graph-legend"]').count(), 0);
    await page.click('[data-test="graph-tour-start"]');
    const tour = page.locator('[data-test="tour"]');
    for (let stop = 1; stop <= 12; stop++) {
      await stage.showsIn(tour, `${stop} of 12`);
      const { x, y, width, height } = await tour.boundingBox();
      assert.ok(x >= 0 && y >= 0 && x + width <= 1440 && y + height <= 900, `stop ${stop} is on the page`);
      await tour.getByRole('button', { name: stop < 12 ? 'Next' : 'Done' }).click();
    }
    await tour.waitFor({ state: 'detached' });
  },

  toasts: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, isWhole);
    const isReached = (selector) => page.locator(selector).click({ trial: true, timeout: 5_000 });
    await isReached('[data-test="graph-tour-start"]');
    await page.evaluate(() => {
      const real = window.fetch;
      window.fetch = (input, init) => (String(input).includes('namespaces/graph') ? Promise.resolve(new Response(JSON.stringify({ error: 'the store is away' }), { status: 503 })) : real(input, init));
    });
    await page.click('#refresh_button');
    const toast = page.locator('[data-test="toast"]');
    await stage.showsIn(toast, 'the store is away');
    for (const control of ['#refresh_button', '#time_range_duration-toggle', '[data-test="notifications-badge"]', '[data-test="graph-tour-start"]', '#toolbar_layout-toggle']) await isReached(control);
    await toast.getByRole('button', { name: /Close/ }).hover();
    await page.mouse.move(10, 400);
    await toast.waitFor({ state: 'detached', timeout: 20_000 });
    await page.click('[data-test="notifications-badge"]');
    await stage.showsIn(page.getByRole('region', { name: 'Notifications' }), 'Errors', 'the store is away');
  },

  meshPage: async (stage) => {
    const page = await stage.open('mesh?legend=true');
    await stage.showsIn(page.locator('[data-test="graph-legend"]'), 'Control plane', 'Data plane', 'Outside of the cluster', 'Failed or not reached');
    const drawn = await stage.graph(page, ({ nodes }) => assert.ok(nodes.some(({ name }) => name.startsWith('istiod'))));
    const click = async (name) => {
      const { x, y } = drawn.nodes.find((node) => node.box === '' && node.name.startsWith(name));
      await page.mouse.click(x, y);
    };
    await click('istiod');
    const panel = page.locator('[data-test="graph-side-panel"]');
    // Twice scraped, the processor time has a rate.
    await stage.showsIn(panel, /Memory now: \d+ MiB/, /CPU \(cores\) now: [\d.]+/, 'Effective configuration');
    await panel.getByRole('button', { name: 'Effective configuration' }).click();
    await stage.showsIn(panel, 'configMap');
    await click('jaeger');
    await page.click('[data-test="tracing-tester-open"]');
    await stage.showsIn(page.locator('[data-test="tracing-tester"]'), 'Parsed url', 'it answers');
    await page.keyboard.press('Escape');
    await page.click('[data-test="mesh-tour-start"]');
    const tour = page.locator('[data-test="tour"]');
    for (let stop = 1; stop <= 8; stop++) {
      await stage.showsIn(tour, `${stop} of 8`);
      await tour.getByRole('button', { name: stop < 8 ? 'Next' : 'Done' }).click();
    }
    await tour.waitFor({ state: 'detached' });
  },

  layouts: async (stage) => {
    for (const layout of ['kiali-elk', 'kiali-dagre', 'kiali-fcose', 'kiali-grid', 'kiali-concentric', 'kiali-breadth-first']) {
      const page = await stage.open(`${graph}&layout=${layout}`);
      const drawn = await stage.graph(page, isWhole);
      const members = nodesOf(drawn);
      for (const [i, a] of members.entries()) {
        for (const b of members.slice(i + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) > 15, `${layout}: ${a.name} lies on ${b.name}`);
      }
      const canvas = await page.locator('[data-test="graph-canvas"]').boundingBox();
      for (const { x, y, name } of members) assert.ok(x > canvas.x && x < canvas.x + canvas.width && y > canvas.y && y < canvas.y + canvas.height, `${layout}: ${name} is in view`);
      assert.equal(await page.locator('.weft-graph__alert').count(), 0, layout);
      const through = await page.evaluate(edgesThroughNodes);
      assert.ok(through.length <= drawn.edges.length / 10, `${layout}: edges run through nodes: ${through.join(', ')}`);
    }
  },

  tips: async (stage) => {
    const page = await stage.open(`${graph}&animation=false`);
    const { nodes, edges } = await stage.graph(page, isWhole);
    const at = async (element) => {
      await page.mouse.move(element.x + 1, element.y + 1);
      return page.locator('[data-test="graph-tip"]');
    };
    await stage.showsIn(await at(nodes.find(({ name }) => name === 'hotels v1@travel-agency')), 'hotels v1 (travel-agency)', 'Healthy');
    await stage.showsIn(await at(edges.find(({ name }) => name === 'travels@travel-agency -> travels v1@travel-agency')), 'travels (travel-agency) → travels v1 (travel-agency)', /http [\d.]+rps/);
    await page.mouse.move(5, 5);
    await page.locator('[data-test="graph-tip"]').waitFor({ state: 'detached' });
  },

  messages: async (stage) => {
    const none = await stage.open('graph/namespaces?namespaces=');
    await stage.shows(none, 'No namespace is selected');
    await none.getByRole('button', { name: 'Show all application namespaces' }).click();
    await stage.graph(none, ({ nodes }) => assert.ok(nodes.length > 0));
    const empty = await stage.open('graph/namespaces?namespaces=default');
    await stage.shows(empty, 'Empty graph', 'No traffic was seen in default');
    const manual = await stage.open(`${graph}&refresh=1`);
    await stage.shows(manual, 'Manual refresh required');
    const failing = await stage.context.newPage();
    stage.later(() => failing.close());
    await failing.route('**/api/namespaces/graph?*', (route) => route.fulfill({ status: 503, contentType: 'application/json', body: '{"error":"Prometheus does not answer"}' }));
    await failing.goto(`${stage.base}/console/${graph}`);
    await stage.shows(failing, 'Prometheus does not answer', 'answered 503');
    await failing.unroute('**/api/namespaces/graph?*');
    await failing.getByRole('button', { name: 'Try again' }).click();
    await stage.graph(failing, isWhole);
  },

  animation: async (stage) => {
    const page = await stage.open(`${graph}&animation=true`);
    await stage.graph(page, isWhole);
    await stage.eventually(async () => assert.ok((await dots(page)).blue > 0, 'dots of TCP'));
    await stage.eventually(async () => assert.ok((await dots(page)).green > 0, 'dots of HTTP'));
    const [first, later] = [await dots(page), await page.waitForTimeout(500).then(() => dots(page))];
    assert.notEqual(first.sum, later.sum, 'they move');
    await stage.applyText(failingDiscounts);
    await stage.graph(page, ({ edges }) => assert.ok(edges.some(({ label, tone }) => tone === 'failure' && /err$/.test(label)), 'calls fail'));
    await stage.eventually(async () => assert.ok((await dots(page)).red > 0, 'diamonds of errors'));
    await page.click('#display-settings');
    await page.uncheck('#filterTrafficAnimation');
    await stage.eventually(async () => assert.deepEqual(await dots(page), { blue: 0, green: 0, red: 0, sum: 0 }, 'none is left'));
    // Others who look at this mesh find it as it was.
    await stage.kubectl('delete', 'virtualservice', 'discounts-fail', '--namespace', 'travel-agency');
    await stage.eventually(() => stage.graph(page, ({ edges }) => assert.ok(!edges.some(({ tone }) => tone === 'failure'), 'calls succeed again')));
  },
};

/** The menu of an element, by a right click where nothing lies above it. */
async function openMenu(stage, page, pick) {
  const spot = await cornerOf(stage, page, pick);
  await page.mouse.click(spot.x, spot.y, { button: 'right' });
  await page.locator('[data-test="graph-node-menu"]').waitFor();
}

async function selectBy(stage, page, pick) {
  const spot = await cornerOf(stage, page, pick);
  await page.mouse.click(spot.x, spot.y);
  await page.waitForFunction((id) => new URLSearchParams(location.search).get('focusSelector') === id, spot.id);
}

/** Just inside of the lower left corner of a box, or the middle of what is drawn as a node. */
async function cornerOf(stage, page, pick) {
  const { id } = pick(await stage.graph(page, (drawn) => assert.ok(pick(drawn), 'not drawn')));
  return page.evaluate((wanted) => {
    const canvas = document.querySelector('.weft-canvas');
    const { x, y } = canvas.getBoundingClientRect();
    const node = canvas._cyreg.cy.getElementById(wanted);
    const box = node.renderedBoundingBox({ includeLabels: false, includeOverlays: false });
    const middle = node.renderedPosition();
    return node.isChildless() ? { id: wanted, x: x + middle.x, y: y + middle.y } : { id: wanted, x: x + box.x1 + 6, y: y + box.y2 - 6 };
  }, id);
}

/** The pixels of the canvas of dots, by color, and their sum. */
function dots(page) {
  return page.evaluate(() => {
    const canvas = document.querySelector('.weft-canvas > canvas[aria-hidden]');
    if (canvas.width === 0) return { blue: 0, green: 0, red: 0, sum: 0 };
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = { blue: 0, green: 0, red: 0, sum: 0 };
    const near = (i, r, g, b) => Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 30;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 200) continue;
      if (near(i, 0, 102, 204)) counts.blue++;
      else if (near(i, 99, 153, 61)) counts.green++;
      else if (near(i, 201, 25, 11)) counts.red++;
      counts.sum = (counts.sum * 31 + i) % 1_000_003;
    }
    return counts;
  });
}

/** Runs in the page: the edges that come nearer to the centre of a node between their ends than its border is. */
function edgesThroughNodes() {
  const { cy } = document.querySelector('.weft-canvas')._cyreg;
  const members = cy.nodes().filter((node) => node.data('shape') !== 'box');
  return cy
    .edges()
    .filter((edge) => {
      const [from, to, [control] = []] = [edge.sourceEndpoint(), edge.targetEndpoint(), edge.controlPoints()];
      const bend = control ?? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
      const points = Array.from({ length: 41 }, (_, i) => i / 40).map((t) => ({ x: (1 - t) ** 2 * from.x + 2 * t * (1 - t) * bend.x + t * t * to.x, y: (1 - t) ** 2 * from.y + 2 * t * (1 - t) * bend.y + t * t * to.y }));
      return members.some((node) => !node.same(edge.source()) && !node.same(edge.target()) && points.some(({ x, y }) => Math.hypot(x - node.position('x'), y - node.position('y')) < 16));
    })
    .map((edge) => `${edge.source().data('label')} -> ${edge.target().data('label')}`);
}
