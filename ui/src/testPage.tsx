import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { afterEach, beforeEach, vi } from 'vitest';
import { RefreshProvider } from './time/Refresh';

/** A page under test: answers by path, the requests it made, and the address it stands at. For tests only. */
export interface PageUnderTest {
  /** By path; a function is asked anew for every request. */
  answers: Record<string, unknown>;
  readonly requests: string[];
  address: string;
}

/** Replaces `fetch` around each test of a file. What has no answer is 404. */
export function pageUnderTest(standard: () => Record<string, unknown>): PageUnderTest {
  const page: PageUnderTest = { answers: {}, requests: [], address: '' };
  beforeEach(() => {
    page.answers = standard();
    page.requests.length = 0;
    vi.spyOn(globalThis, 'fetch').mockImplementation((input) => {
      const url = new URL(String(input), 'http://x');
      page.requests.push(url.pathname + url.search);
      const answer = page.answers[url.pathname];
      const body = typeof answer === 'function' ? (answer as () => unknown)() : answer;
      if (body instanceof Response) return Promise.resolve(body);
      return Promise.resolve(body === undefined ? failure('not here', 404) : new Response(JSON.stringify(body), { status: 200 }));
    });
  });
  afterEach(() => vi.restoreAllMocks());
  return page;
}

export function failure(error: string, status: number): Response {
  return new Response(JSON.stringify({ error }), { status });
}

/** Shows an element at an address of the console. `path` is the pattern of its route. */
export function showPage(page: PageUnderTest, element: ReactElement, path: string, address: string): void {
  const Address = () => {
    const { pathname, search } = useLocation();
    page.address = pathname + search;
    return null;
  };
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={[address]}>
        <RefreshProvider>
          <Address />
          <Routes>
            <Route path={path} element={element} />
            <Route path="*" element={null} />
          </Routes>
        </RefreshProvider>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}
