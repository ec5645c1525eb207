import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter, useLocation } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordedJson } from '../testGraph';
import { RefreshProvider } from '../time/Refresh';
import { EntityListPage } from './EntityListPage';

let answers: Record<string, () => Response>;
let location = '';

beforeEach(() => {
  answers = {
    '/api/namespaces': () => json(recordedJson('namespaces')),
    '/api/config': () => json(recordedJson('config')),
    '/api/clusters/workloads': () => json(recordedJson('workloads')),
  };
  vi.spyOn(globalThis, 'fetch').mockImplementation((input) => {
    const path = new URL(String(input), 'http://x').pathname;
    return Promise.resolve(answers[path]?.() ?? json({ error: 'not here' }, 404));
  });
});
afterEach(() => vi.restoreAllMocks());

describe('the workloads page', () => {
  it('lists, sorts and filters, all in the URL', async () => {
    show('/workloads');
    expect(await screen.findByRole('link', { name: 'reviews-v2' })).toBeTruthy();
    expect(screen.getAllByText('Missing Sidecar').length).toBeGreaterThan(0);
    fireEvent.click(within(screen.getByRole('columnheader', { name: /Health/ })).getByRole('button'));
    expect(location).toContain('sort=health');
    const first = within(screen.getAllByRole('row')[1] as HTMLElement);
    expect(first.getByRole('button', { name: /Failure/ })).toBeTruthy();
    fireEvent.change(screen.getByRole('textbox', { name: 'Workload name' }), { target: { value: 'ratings-vm' } });
    fireEvent.keyDown(screen.getByRole('textbox', { name: 'Workload name' }), { key: 'Enter' });
    expect(location).toContain('workloadname=ratings-vm');
    expect(screen.queryByRole('link', { name: 'reviews-v2' })).toBeNull();
    expect(screen.getAllByRole('link', { name: 'ratings-vm' })[0]?.getAttribute('href')).toContain('/namespaces/bookinfo/workloads/ratings-vm');
  });

  it('keeps the context of the user in its links', async () => {
    show('/workloads?namespaces=bookinfo&duration=600');
    const link = await screen.findByRole('link', { name: 'reviews-v2' });
    expect(link.getAttribute('href')).toBe('/namespaces/bookinfo/workloads/reviews-v2?namespaces=bookinfo&duration=600');
  });

  it('hides and moves columns in a dialog, all in the URL', async () => {
    const user = userEvent.setup();
    show('/workloads');
    await screen.findByRole('link', { name: 'reviews-v2' });
    const usual = headers();
    const opener = screen.getByRole('button', { name: 'Manage columns' });
    opener.focus();
    await user.keyboard('{Enter}');
    const dialog = within(screen.getByRole('dialog', { name: 'Manage columns' }));
    expect(dialog.getByRole<HTMLInputElement>('checkbox', { name: 'Name' }).disabled).toBe(true);
    await user.click(dialog.getByRole('checkbox', { name: 'Type' }));
    expect(location).toContain('wlhide=type');
    for (let i = usual.indexOf('Name'); i > 0; i--) {
      dialog.getByRole('button', { name: 'Move Name up' }).focus();
      await user.keyboard('{Enter}');
    }
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move Name up');
    const moved = location;
    await user.keyboard('{Enter}');
    expect(location).toBe(moved);
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(headers()).toEqual(['Name', ...usual.filter((title) => title !== 'Name' && title !== 'Type')]);
    await user.click(opener);
    await user.click(screen.getByRole('button', { name: 'Reset to default' }));
    await user.click(screen.getAllByRole('button', { name: 'Close' })[0] as HTMLElement);
    expect(headers()).toEqual(usual);
  });

  it('offers to clear filters that match nothing', async () => {
    show('/workloads?workloadname=zzz');
    expect(await screen.findByText('Nothing matches')).toBeTruthy();
    fireEvent.click(screen.getAllByRole('button', { name: 'Clear all filters' })[0] as HTMLElement);
    expect(await screen.findByRole('link', { name: 'reviews-v2' })).toBeTruthy();
  });

  it('says that a namespace of the address does not exist', async () => {
    const user = userEvent.setup();
    show('/workloads?namespaces=bookinfo,nowhere');
    expect(await screen.findByText('There is no such namespace: nowhere')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show all application namespaces' }));
    expect(screen.queryByText(/There is no such namespace/)).toBeNull();
    expect(location).not.toContain('namespaces');
  });

  it('names the source that failed and tries again', async () => {
    answers['/api/clusters/workloads'] = () => json({ error: 'Prometheus did not answer' }, 503);
    show('/workloads');
    expect(await screen.findByText('The workloads could not be loaded')).toBeTruthy();
    expect(screen.getByText('Prometheus did not answer')).toBeTruthy();
    expect(screen.getByText(/\/api\/clusters\/workloads answered 503/)).toBeTruthy();
    answers['/api/clusters/workloads'] = () => json(recordedJson('workloads'));
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'reviews-v2' })).toBeTruthy();
  });

  it('loads nothing before it is asked when the refresh is manual', async () => {
    show('/workloads?refresh=1');
    expect(await screen.findByText('Manual refresh required')).toBeTruthy();
    fireEvent.click(screen.getAllByRole('button', { name: 'Refresh now' })[0] as HTMLElement);
    expect(await screen.findByRole('link', { name: 'reviews-v2' })).toBeTruthy();
  });
});

function show(path: string): void {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={[path]}>
        <RefreshProvider>
          <Address />
          <EntityListPage kind="workloads" />
        </RefreshProvider>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

function Address() {
  const { pathname, search } = useLocation();
  location = pathname + search;
  return null;
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

function headers(): readonly string[] {
  return screen.getAllByRole('columnheader').map((header) => header.textContent ?? '');
}
