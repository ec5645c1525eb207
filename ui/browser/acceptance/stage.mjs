// What a row of the acceptance list looks with: pages of one browser over a running mesh, and kubectl where a row configures the mesh.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
/** Until telemetry has come from the proxies to the page; it only keeps a broken product from hanging the tests. */
const patience = 1000 * Number(process.env.WEFT_PATIENCE ?? 75);
/** What a browser says of a page that is closed, or of an answer that the page shows itself. */
const harmless = /net::ERR_ABORTED|Failed to load resource: the server responded with a status of 404/;

export class Stage {
  #pages = [];
  #complaints = [];
  #undo = [];
  #tolerated = [];

  constructor(context, base) {
    this.context = context;
    this.base = base.replace(/\/$/, '');
  }

  /** A page of the console in a tab of its own. */
  async open(path, { width = 1440, height = 900 } = {}) {
    const page = await this.context.newPage();
    this.#pages.push(page);
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.#complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && !harmless.test(message.text()) && this.#complaints.push(message.text()));
    await page.setViewportSize({ width, height });
    await page.goto(`${this.base}/console/${path}`);
    return page;
  }

  /** Waits until what the page says passes `check`, which throws until it is content. Returns what it returns. */
  async eventually(check) {
    const end = performance.now() + patience;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (performance.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    }
  }

  /** The page's main part shows all texts, given as strings or regular expressions. */
  shows(page, ...texts) {
    return this.showsIn(page.locator('main'), ...texts);
  }

  showsIn(locator, ...texts) {
    return this.eventually(async () => {
      const shown = (await locator.innerText()).replace(/\s+/g, ' ');
      for (const text of texts) assert.ok(text instanceof RegExp ? text.test(shown) : shown.includes(text), `does not show ${text}; shown: ${shown.slice(0, 1500)}`);
      return shown;
    });
  }

  /** The traffic graph as it is drawn: nodes and edges with their labels, colours and places on the page. */
  drawn(page, index = 0) {
    return page.evaluate((nth) => {
      const canvas = document.querySelectorAll('.weft-canvas')[nth];
      const cy = canvas?._cyreg?.cy;
      if (cy === undefined) throw new Error('no graph is drawn');
      const corner = canvas.getBoundingClientRect();
      const place = ({ x, y }) => ({ x: corner.x + x, y: corner.y + y });
      const name = (node) => {
        // A version inside of an application's box is named by both; of one that stands alone both are in its label.
        const box = node.data('shape') === 'square' && node.parent().nonempty() && node.parent().first().data('box') === 'app' ? `${node.parent().first().data('label')} ` : '';
        const spaces = node.ancestors().filter((each) => each.data('box') === 'namespace');
        const [first, second = ''] = node.data('label').split('\n');
        return `${box}${first}${node.data('shape') === 'square' && second !== '' && !second.startsWith('(') ? ` ${second}` : ''}${spaces.nonempty() ? `@${spaces.first().data('label')}` : ''}`;
      };
      const nodes = cy.nodes().map((node) => ({
        id: node.id(),
        name: name(node),
        label: node.data('label'),
        shape: node.data('shape'),
        box: node.data('box'),
        color: node.data('color'),
        traced: node.data('traced'),
        found: node.data('found'),
        badges: (node.data('images') ?? []).length,
        ...place(node.renderedPosition()),
      }));
      const edges = cy.edges().map((edge) => ({
        id: edge.id(),
        name: `${name(edge.source())} -> ${name(edge.target())}`,
        label: edge.data('label').replace('\ue923', 'LOCK').trim(),
        tone: edge.data('tone'),
        color: edge.style('line-color'),
        arrow: edge.style('target-arrow-shape'),
        traced: edge.data('traced'),
        found: edge.data('found'),
        ...place(edge.renderedMidpoint()),
      }));
      return { nodes, edges, isStill: !cy.animated() && document.querySelector('.weft-graph__status .pf-v6-c-spinner') === null };
    }, index);
  }

  /** The drawn graph once it passes `check` and lies still. */
  graph(page, check = () => undefined, index = 0) {
    return this.eventually(async () => {
      const drawn = await this.drawn(page, index);
      await check(drawn);
      assert.ok(drawn.isStill, 'the graph is being laid out');
      return drawn;
    });
  }

  /** The names of drawn edges, sorted. */
  static names(drawn) {
    return drawn.edges.map(({ name }) => name).sort();
  }

  /** Selects a node by a click of the mouse, so that the panel is about it. */
  selectNode(page, name) {
    return this.eventually(async () => {
      const { nodes, isStill } = await this.drawn(page);
      assert.ok(isStill);
      const node = nodes.find((each) => each.box === '' && each.name === name);
      assert.ok(node, `no node ${name}; drawn: ${nodes.map((each) => each.name).join(', ')}`);
      await page.mouse.click(node.x, node.y);
      await page.waitForFunction((id) => new URLSearchParams(location.search).get('focusSelector') === id, node.id, { timeout: 2_000 });
      return node;
    });
  }

  /** Opens the page anew with an edge selected, as a pasted link does. */
  async selectEdge(page, name, isWanted = () => true) {
    const pick = (drawn) => drawn.edges.find((edge) => edge.name === name && isWanted(edge));
    const drawn = await this.graph(page, (seen) => assert.ok(pick(seen), `no edge ${name}; drawn: ${Stage.names(seen).join(', ')}`));
    const address = new URL(page.url());
    address.searchParams.set('focusSelector', pick(drawn).id);
    await page.goto(address.toString());
    return page.locator('[data-test="graph-side-panel"]');
  }

  panel(page, ...texts) {
    return this.showsIn(page.locator('[data-test="graph-side-panel"]'), ...texts);
  }

  /** The row of a table that has this text. */
  row(page, text) {
    return page.locator('main table tbody tr').filter({ hasText: text });
  }

  async kubectl(...args) {
    const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', process.env.WEFT_KUBECONFIG, ...args]);
    return stdout;
  }

  /** The path of a demo's manifest, given below demos/Weft.Demos. */
  demo(path) {
    return join(repository, 'demos/Weft.Demos', path);
  }

  /** Applies a demo's manifests, by their paths below demos/Weft.Demos, and takes them back at the end of the row. */
  async apply(...paths) {
    const files = paths.flatMap((path) => ['-f', this.demo(path)]);
    this.#undo.push(() => this.kubectl('delete', '--ignore-not-found', ...files));
    await this.kubectl('apply', ...files);
  }

  /** Applies YAML, and takes it back at the end of the row, unless later rows build on it. */
  async applyText(yaml, { isKept = false } = {}) {
    const run = (verb, ...more) =>
      new Promise((resolve, reject) => {
        const child = execFile('kubectl', ['--kubeconfig', process.env.WEFT_KUBECONFIG, verb, ...more, '-f', '-'], (error) => (error ? reject(error) : resolve()));
        child.stdin.end(yaml);
      });
    if (!isKept) this.#undo.push(() => run('delete', '--ignore-not-found'));
    await run('apply');
  }

  /** Every request is traced until the row is over, in place of the demo's one in ten: a row about traces is not to wait for luck. */
  traceEverything() {
    return this.applyText(`apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: trace-everything, namespace: istio-system}
spec: {tracing: [{randomSamplingPercentage: 100}]}
`);
  }

  /** Somebody outside the mesh who calls at the ingress gateway, so many times a second until the row is over. */
  visit(path, host, perSecond = 2) {
    const { hostname, port } = new URL(process.env.WEFT_INGRESS);
    const call = () =>
      request({ hostname, port, path, headers: { host } }, (answer) => answer.resume())
        .on('error', () => undefined)
        .end();
    const timer = setInterval(call, 1000 / perSecond);
    this.#undo.push(() => clearInterval(timer));
  }

  /** Connections of a workload to a host, asked of the sidecar at its address until the row is over. */
  connect(address, target) {
    const call = () =>
      request({ hostname: address, port: 15001, method: 'CONNECT', path: target, headers: { host: target } })
        // A TLS greeting without a server name would not be told apart by hosts.
        .on('connect', (_, socket) => connect({ socket, servername: target.split(':')[0], rejectUnauthorized: false }).on('secureConnect', function () { this.end(); }).on('error', () => undefined))
        .on('error', () => undefined)
        .end();
    const timer = setInterval(call, 1000);
    this.#undo.push(() => clearInterval(timer));
  }

  /** Undone when the row is over, the last first. */
  later(undo) {
    this.#undo.push(undo);
  }

  /** What the browser may say of this row's pages. */
  tolerates(pattern) {
    this.#tolerated.push(pattern);
  }

  assertNoComplaint() {
    assert.deepEqual(this.#complaints.filter((text) => !this.#tolerated.some((pattern) => pattern.test(text))), [], 'the page complains');
  }

  /** Pictures of its pages when a path is given, and everything is put back. */
  async close(picture) {
    for (const [i, page] of this.#pages.entries()) {
      if (picture) await page.screenshot({ path: `${picture}${i === 0 ? '' : `-${i}`}.png` }).catch(() => undefined);
      await page.close();
    }
    for (const undo of this.#undo.reverse()) await undo();
  }
}
