import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pageUnderTest, showPage } from '../testPage';
import { ContextLink, useGo, withContext } from './ContextLink';

const page = pageUnderTest(() => ({}));
afterEach(() => vi.unstubAllGlobals());

describe('a link inside the console', () => {
  it('keeps what the user has chosen for all pages, and nothing else', () => {
    expect(withContext('/services?sort=health', '?namespaces=a&duration=600&tab=logs')).toBe('/services?sort=health&namespaces=a&duration=600');
    expect(withContext('/services?namespaces=b', '?namespaces=a')).toBe('/services?namespaces=b');
  });

  it('goes there', async () => {
    const user = userEvent.setup();
    showPage(page, <ContextLink to="/mesh">Mesh</ContextLink>, '/overview', '/overview?kiosk=true');
    await user.click(screen.getByRole('link', { name: 'Mesh' }));
    expect(page.address).toBe('/mesh?kiosk=true');
  });

  it('leaves the way to the program around it, and tells nobody else', async () => {
    const user = userEvent.setup();
    const postMessage = vi.fn();
    vi.stubGlobal('parent', { postMessage });
    showPage(page, <ContextLink to="/mesh">Mesh</ContextLink>, '/overview', '/overview?kiosk=https%3A%2F%2Fconsole.example');
    await user.click(screen.getByRole('link', { name: 'Mesh' }));
    expect(postMessage).toHaveBeenCalledWith('/mesh?kiosk=https%3A%2F%2Fconsole.example', 'https://console.example');
    expect(page.address).toBe('/overview?kiosk=https%3A%2F%2Fconsole.example');
  });
});

describe('going somewhere by code', () => {
  const Button = () => {
    const go = useGo();
    return <button onClick={() => go('/services?sort=health')}>Go</button>;
  };

  it('does as a link does, alone and inside another program', async () => {
    const user = userEvent.setup();
    const postMessage = vi.fn();
    vi.stubGlobal('parent', { postMessage });
    showPage(page, <Button />, '/overview', '/overview?namespaces=a&kiosk=https%3A%2F%2Fconsole.example');
    await user.click(screen.getByRole('button', { name: 'Go' }));
    expect(postMessage).toHaveBeenCalledWith('/services?sort=health&namespaces=a&kiosk=https%3A%2F%2Fconsole.example', 'https://console.example');
    expect(page.address).toContain('/overview');
  });

  it('keeps the context', async () => {
    const user = userEvent.setup();
    showPage(page, <Button />, '/overview', '/overview?namespaces=a&legend=true');
    await user.click(screen.getByRole('button', { name: 'Go' }));
    expect(page.address).toBe('/services?sort=health&namespaces=a');
  });
});
