/** A mesh of any size, the same at every call but for its rates. */
export function syntheticGraph(nodeCount, edgeCount) {
  const random = generator(42);
  const boxes = Array.from({ length: Math.ceil(nodeCount / 30) }, (_, i) => ({
    data: { id: `ns${i}`, nodeType: 'box', isBox: 'namespace', cluster: 'Kubernetes', namespace: `team-${i}`, healthData: null },
  }));
  const nodes = Array.from({ length: nodeCount }, (_, i) => ({
    data: {
      id: `n${i}`,
      parent: `ns${i % boxes.length}`,
      nodeType: i % 4 === 3 ? 'service' : 'app',
      cluster: 'Kubernetes',
      namespace: `team-${i % boxes.length}`,
      ...(i % 4 === 3 ? { service: `service-${i}` } : { app: `app-${i}`, version: 'v1', workload: `app-${i}-v1` }),
      healthData: { status: { status: random() < 0.9 ? 'Healthy' : 'Degraded' } },
      traffic: [{ protocol: 'http', rates: { httpIn: '5.00', httpOut: '5.00' } }],
    },
  }));
  const seen = new Set();
  const edges = [];
  while (edges.length < edgeCount) {
    const source = Math.floor(random() * nodeCount * 0.8);
    // Four of five calls stay within their namespace.
    const step = random() < 0.8 ? boxes.length * (1 + Math.floor(random() * 4)) : 1 + Math.floor(random() * 12);
    const target = source + step;
    if (target >= nodeCount || seen.has(`${source}-${target}`)) continue;
    seen.add(`${source}-${target}`);
    const tcp = random() < 0.1;
    const errors = random() < 0.08 ? 12 : 0;
    const rate = (random() * 50 * (1 + 0.2 * Math.sin(Date.now() / 5000 + source))).toFixed(2);
    edges.push({
      data: {
        id: `e${source}-${target}`,
        source: `n${source}`,
        target: `n${target}`,
        healthStatus: errors ? 'Failure' : 'Healthy',
        traffic: tcp
          ? { protocol: 'tcp', rates: { tcp: (Number(rate) * 100).toFixed(2) } }
          : { protocol: 'http', rates: { http: rate, ...(errors && { httpPercentErr: `${errors}.0`, http5xx: (Number(rate) * errors / 100).toFixed(2) }) } },
      },
    });
  }
  return { timestamp: Math.floor(Date.now() / 1000), duration: 60, graphType: 'versionedApp', elements: { nodes: [...boxes, ...nodes], edges } };
}

function generator(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
}
