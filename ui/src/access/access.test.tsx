import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { decodeSession, mustLogIn } from '../api/auth';
import { failure, pageUnderTest, showPage } from '../testPage';
import { SessionContext } from './session';
import { SessionGate } from './SessionGate';
import { countdown, SessionWarning } from './SessionWarning';
import { shortName, UserMenu } from './UserMenu';

const nobody = { strategy: 'token', sessionInfo: {} };
const viewer = { strategy: 'token', sessionInfo: { username: 'system:serviceaccount:istio-system:weft', expiresOn: '2099-01-01T00:00:00Z' } };
const page = pageUnderTest(() => ({ '/api/auth/info': { strategy: 'anonymous', sessionInfo: {} } }));

describe('the session', () => {
  it('is read, and says whether a form must be filled in', () => {
    expect(decodeSession(viewer)).toEqual({ strategy: 'token', username: 'system:serviceaccount:istio-system:weft', expiresOn: Date.UTC(2099, 0) });
    expect(decodeSession(nobody)).toEqual({ strategy: 'token', username: '', expiresOn: null });
    expect(mustLogIn(decodeSession(nobody))).toBe(true);
    expect(mustLogIn(decodeSession(viewer))).toBe(false);
    expect(mustLogIn(decodeSession({ strategy: 'anonymous' }))).toBe(false);
    expect(shortName('system:serviceaccount:istio-system:weft')).toBe('weft');
    expect(countdown(247_000)).toBe('4:07');
  });
});

describe('the gate', () => {
  const show = () => showPage(page, <SessionGate><UserMenu />the page</SessionGate>, '/overview', '/overview?duration=600');

  it('lets everybody through where nobody need log in', async () => {
    show();
    expect(await screen.findByText('the page')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^User/ })).toBeNull();
  });

  it('lets pages tell of a server that does not answer', async () => {
    page.answers['/api/auth/info'] = failure('no', 500);
    show();
    expect(await screen.findByText('the page')).toBeTruthy();
  });

  it('asks for a token, says why it was refused, and leads to the page that was asked for', async () => {
    const user = userEvent.setup();
    let now: unknown = nobody;
    page.answers['/api/auth/info'] = () => now;
    page.answers['/api/authenticate'] = () => failure('token is not valid or is expired', 401);
    show();
    await user.type(await screen.findByLabelText(/Token of a service account/), 'wrong');
    await user.click(screen.getByRole('button', { name: 'Log in' }));
    expect(await screen.findByText('token is not valid or is expired')).toBeTruthy();
    expect(screen.queryByText('the page')).toBeNull();

    page.answers['/api/authenticate'] = () => {
      now = viewer;
      return { username: viewer.sessionInfo.username, expiresOn: viewer.sessionInfo.expiresOn };
    };
    await user.click(screen.getByRole('button', { name: 'Log in' }));
    expect(await screen.findByText('the page')).toBeTruthy();
    expect(page.address).toBe('/overview?duration=600');
  });

  it('names the user and lets him out', async () => {
    const user = userEvent.setup();
    let now: unknown = viewer;
    page.answers['/api/auth/info'] = () => now;
    page.answers['/api/logout'] = () => {
      now = nobody;
      return new Response(null, { status: 204 });
    };
    show();
    await user.click(await screen.findByRole('button', { name: 'User system:serviceaccount:istio-system:weft' }));
    await user.click(screen.getByRole('menuitem', { name: 'Log out' }));
    expect(await screen.findByLabelText(/Token of a service account/)).toBeTruthy();
    expect(page.requests).toContain('/api/logout');
  });
});

describe('the warning', () => {
  const show = (expiresOn: number) =>
    render(<SessionContext value={{ strategy: 'token', username: 'x', expiresOn }}><SessionWarning /></SessionContext>, { wrapper: ({ children }) => <Frame>{children}</Frame> });

  it('comes in the last minutes of a session, and can be put away', async () => {
    const user = userEvent.setup();
    show(Date.now() + 120_000);
    expect(screen.getByText(/Your session ends in [12]:\d\d/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.queryByText(/Your session ends/)).toBeNull();
  });

  it('prolongs the session, after which it is gone', async () => {
    const user = userEvent.setup();
    let ends = Date.now() + 120_000;
    page.answers['/api/auth/info'] = () => ({ ...viewer, sessionInfo: { ...viewer.sessionInfo, expiresOn: new Date(ends).toISOString() } });
    page.answers['/api/authenticate'] = () => {
      ends = Date.now() + 86_400_000;
      return {};
    };
    showPage(page, <SessionGate><SessionWarning />the page</SessionGate>, '/overview', '/overview');
    await user.click(await screen.findByRole('button', { name: 'Prolong the session' }));
    await waitFor(() => expect(screen.queryByText(/Your session ends/)).toBeNull());
    expect(screen.getByText('the page')).toBeTruthy();
  });

  it('does not come before', () => {
    show(Date.now() + 3_600_000);
    expect(screen.queryByText(/Your session ends/)).toBeNull();
  });
});

function Frame({ children }: { readonly children: React.ReactNode }) {
  return <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>;
}
