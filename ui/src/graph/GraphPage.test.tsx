import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordedJson } from '../testGraph';
import type { Scene } from './scene';

// The canvas is an island: jsdom has none, so the page is tested up to the scene it hands over.
vi.mock('./canvas/GraphCanvas', () => ({
  default: ({ scene, select, open }: { scene: Scene; select: (id: string | null) => void; open: (id: string) => void }) => (
    <ul aria-label="canvas">
      {scene.nodes.map((node) => (
        <li key={node.id}>
          <button onClick={() => select(node.id)} onDoubleClick={() => open(node.id)}>
            {node.title}
          </button>
        </li>
      ))}
      {scene.edges.map((edge) => (
        <li key={edge.id}>
          <button onClick={() => select(edge.id)}>{`edge ${edge.label}`}</button>
        </li>
      ))}
    </ul>
  ),
}));

const { GraphPage } = await import('./GraphPage');
let answers: Record<string, () => Response>;
let requests: string[];

beforeEach(() => {
  window.matchMedia ??= (() => ({ matches: false })) as never;
  requests = [];
  answers = {
    'api/config': () => json(recordedJson('config')),
    'api/namespaces': () => json(recordedJson('namespaces')),
    'api/namespaces/graph': () => json(recordedJson('graph_bookinfo')),
  };
  vi.spyOn(globalThis, 'fetch').mockImplementation((input) => {
    const url = new URL(String(input), 'http://localhost');
    requests.push(url.pathname.slice(1) + url.search);
    return Promise.resolve(answers[url.pathname.slice(1)]?.() ?? new Response('{"error":"not here"}', { status: 404 }));
  });
});

afterEach(() => vi.restoreAllMocks());

describe('the graph page', () => {
  it('shows all application namespaces at the first start', async () => {
    show('/graph/namespaces');
    await screen.findByRole('list', { name: 'canvas' });
    const asked = requests.find((request) => request.startsWith('api/namespaces/graph'));
    expect(new URLSearchParams(asked?.split('?')[1]).get('namespaces')).toBe('bookinfo,default,test-ext-svc,travel-agency,travel-control,travel-portal,valid-a,valid-b');
  });

  it('selects by click, tells the node and asks for the details of an edge', async () => {
    const user = userEvent.setup();
    show('/graph/namespaces?namespaces=bookinfo');
    // The box of the app comes first, then its service.
    const [, service] = await screen.findAllByRole('button', { name: 'ratings (bookinfo)' });
    await user.click(service as HTMLElement);
    expect(address()).toContain('focusSelector=');
    expect(await screen.findByText('Has circuit breaker')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /2\.5rps\s+20%err/ }));
    expect(await screen.findByText('Source principal')).toBeTruthy();
    await waitFor(() => expect(requests.at(-1)).toContain('securityPolicy'));
  });

  it('opens the node graph on a double click', async () => {
    const user = userEvent.setup();
    show('/graph/namespaces?namespaces=bookinfo&duration=300');
    await user.dblClick(await screen.findByRole('button', { name: 'reviews v2 (bookinfo)' }));
    expect(address()).toMatch(/^\/graph\/node\/namespaces\/bookinfo\/applications\/reviews\/versions\/v2\?.*duration=300/);
  });

  it('applies find with Enter and says why an expression is refused', async () => {
    const user = userEvent.setup();
    show('/graph/namespaces?namespaces=bookinfo');
    await screen.findByRole('list', { name: 'canvas' });
    await user.type(screen.getByRole('textbox', { name: 'Find in the graph' }), '%httperr >= 20{Enter}');
    expect(await screen.findByText('1 found')).toBeTruthy();
    expect(new URLSearchParams(address().split('?')[1]).get('graphFind')).toBe('%httperr >= 20');
    await user.type(screen.getByRole('textbox', { name: 'Hide from the graph' }), 'frog{Enter}');
    expect(await screen.findByText(/Invalid operand \[frog\]/)).toBeTruthy();
  });

  it('names the failing source in the words of the server', async () => {
    answers['api/namespaces/graph'] = () => json({ error: 'Prometheus did not answer' }, 503);
    show('/graph/namespaces?namespaces=bookinfo');
    expect(await screen.findByText('Prometheus did not answer')).toBeTruthy();
    expect(screen.getByText('/api/namespaces/graph answered 503')).toBeTruthy();
    answers['api/namespaces/graph'] = () => json(recordedJson('graph_bookinfo'));
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('list', { name: 'canvas' })).toBeTruthy();
  });

  it('says what to do about an empty graph and about no namespace', async () => {
    answers['api/namespaces/graph'] = () => json({ timestamp: 1, duration: 60, graphType: 'versionedApp', elements: { nodes: [], edges: [] } });
    show('/graph/namespaces?namespaces=bookinfo');
    fireEvent.click(await screen.findByRole('button', { name: 'Display idle nodes' }));
    expect(address()).toContain('idleNodes=true');
  });

  it('shows that no namespace is selected, and how to select', async () => {
    show('/graph/namespaces?namespaces=');
    expect(await screen.findByText('No namespace is selected')).toBeTruthy();
    expect(requests.some((request) => request.startsWith('api/namespaces/graph'))).toBe(false);
  });

  it('loads nothing before it is asked when the refresh is manual', async () => {
    show('/graph/namespaces?namespaces=bookinfo&refresh=1');
    expect(await screen.findByText('Manual refresh required')).toBeTruthy();
    expect(requests.some((request) => request.startsWith('api/namespaces/graph'))).toBe(false);
    fireEvent.click(screen.getAllByRole('button', { name: 'Refresh now' })[0] as HTMLElement);
    expect(await screen.findByRole('list', { name: 'canvas' })).toBeTruthy();
  });
});

let location = '';

function address(): string {
  return location;
}

function Address() {
  const { pathname, search } = useLocation();
  location = pathname + search;
  return null;
}

function show(path: string): void {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[path]}>
        <Address />
        <Routes>
          <Route path="/graph/namespaces" element={<GraphPage />} />
          <Route path="*" element={null} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
