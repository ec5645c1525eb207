// Rows about traffic that leaves the mesh: curl to httpbin.org.
import assert from 'node:assert/strict';

const graph = 'graph/namespaces?namespaces=test-ext-svc&edges=trafficRate&injectServiceNodes=true';
const entry = 'External/manifests-later/service-entry.yaml';
const tlsEntry = ['External/manifests-later/service-entry-tls.yaml', 'External/manifests-later/destination-rule-tls.yaml'];

const otherHosts = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: googleapis, namespace: test-ext-svc}
spec: {hosts: [www.googleapis.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}
`;

/** The caller without TLS, whose sidecar speaks it; the first one comes back at the end of the row. */
async function speakHttp(stage) {
  await stage.apply(...tlsEntry);
  await stage.kubectl('apply', '-f', stage.demo('External/manifests-later/curl-http.yaml'));
  stage.later(() => stage.kubectl('apply', '-f', stage.demo('External/manifests/10-curl.yaml')));
}

export const externalRows = {
  146: async (stage) => {
    const page = await stage.open(graph);
    await stage.graph(page, ({ nodes, edges }) => {
      assert.deepEqual(edges.map(({ name, tone }) => `${name} ${tone}`), ['curl -> PassthroughCluster tcp']);
      assert.match(edges[0].label, /^[\d.]+(bps|kps)$/);
      assert.equal(nodes.filter(({ name }) => name === 'PassthroughCluster').length, 1);
    });
    const panel = await stage.selectEdge(page, 'curl -> PassthroughCluster');
    await stage.showsIn(panel, 'tcp', 'PassthroughCluster');
    assert.doesNotMatch(await panel.innerText(), /HTTP \(requests/, 'there are no codes');
  },

  149: async (stage) => {
    await stage.apply(entry);
    const page = await stage.open(graph);
    await stage.graph(page, ({ edges }) => {
      const edge = edges.find(({ name }) => /-> httpbin\.org(@|$)/.test(name));
      assert.equal(edge?.tone, 'tcp', edges.map(({ name, tone }) => `${name} ${tone}`).join());
    });
  },

  150: async (stage) => {
    await stage.apply(entry);
    const page = await stage.open('namespaces/test-ext-svc/workloads/curl?tab=envoy');
    await stage.eventually(async () => {
      const heads = await page.locator('main table thead th').allInnerTexts();
      assert.deepEqual(heads.map((text) => text.trim()), ['Service FQDN', 'Port', 'Subset', 'Direction', 'Type', 'Destination rule']);
      const rows = (await page.locator('main table tbody tr').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
      for (const wanted of [/^BlackHoleCluster – – – STATIC/, /^InboundPassthroughCluster\S* – – – ORIGINAL_DST/, /^PassthroughCluster – – – ORIGINAL_DST/, /^httpbin\.org 80 – outbound STRICT_DNS/, /^httpbin\.org 443 – outbound STRICT_DNS/])
        assert.ok(rows.some((row) => wanted.test(row)), `${wanted}: ${rows.filter((row) => !row.includes('svc.cluster.local')).join(' | ')}`);
    });
  },

  '152-156': async (stage) => {
    await speakHttp(stage);
    const config = await stage.open('istio?namespaces=test-ext-svc');
    await stage.shows(config, 'ServiceEntry', 'DestinationRule', 'httpbin');
    const page = await stage.open(graph);
    await stage.graph(page, ({ edges }) => {
      const edge = edges.find(({ name, tone }) => name.includes('-> httpbin.org') && tone !== 'tcp' && tone !== 'idle');
      assert.match(edge?.label ?? '', /^[\d.]+rps/, `an HTTP edge: ${edges.map(({ name, tone, label }) => `${name} ${tone} ${label}`)}`);
    });
    const isHttp = ({ name, label }) => name.includes('-> httpbin.org') && label.includes('rps');
    const panel = await stage.selectEdge(page, (await stage.drawn(page)).edges.find(isHttp).name, isHttp);
    await stage.showsIn(panel, 'HTTP (requests per second)', '% Success', '% Error', 'httpbin.org');
    await panel.getByRole('tab', { name: 'Flags' }).click();
    await stage.showsIn(panel, 'Code', /\b200\b/);
    await page.goto(`${stage.base}/console/namespaces/test-ext-svc/workloads/curl?tab=out_metrics&duration=60&bylbl=response_code`);
    await stage.showsIn(page.locator('[data-test="chart-Request volume"] .weft-chart__legend'), '200');
  },

  157: async (stage) => {
    await stage.apply(entry);
    await stage.applyText(otherHosts);
    const details = (await stage.kubectl('get', 'pods', '-n', 'test-ext-svc', '-l', 'app=curl', '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[0].status.podIP}')).trim();
    stage.connect(details, 'www.googleapis.com:443');
    const page = await stage.open(graph);
    await stage.graph(page, ({ nodes }) => {
      for (const host of ['httpbin.org', 'www.googleapis.com']) assert.equal(nodes.filter(({ name }) => name.replace(/@.*/, '') === host).length, 1, `${host} is a node: ${nodes.map(({ name }) => name)}`);
    });
  },
};
