import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NotificationPanel } from './NotificationPanel';
import { notifications } from './notifications';
import { Toasts } from './Toasts';

describe('toasts', () => {
  afterEach(() => act(() => notifications.remove(null)));

  it('stand over the page, three at once, until they are closed; the list keeps them', async () => {
    const open = vi.fn();
    render(<Toasts onOpen={open} />);
    act(() => ['a', 'b', 'c', 'd', 'e'].forEach((title) => notifications.notify('success', `${title} was done`, '')));
    expect(screen.getAllByRole('heading').map((heading) => heading.textContent)).toEqual(['Success:e was done', 'Success:d was done', 'Success:c was done']);
    await userEvent.click(screen.getByRole('button', { name: 'View 2 more notifications' }));
    expect(open).toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: /Close.*e was done/ }));
    expect(notifications.current()).toMatchObject([{ title: 'e was done', isToast: false }, { isToast: true }, { isToast: true }, { isToast: true }, { isToast: true }]);
  });
});

describe('the drawer', () => {
  afterEach(() => act(() => notifications.remove(null)));

  it('groups by gravity, and shows long details on demand', async () => {
    render(<NotificationPanel onClose={() => undefined} />);
    const long = `${'x'.repeat(200)} the end`;
    act(() => {
      notifications.notify('success', 'saved', '');
      notifications.notify('danger', 'failed', long);
    });
    expect(screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent)).toEqual([expect.stringContaining('Errors'), expect.stringContaining('Successes')]);
    expect(screen.queryByText(long)).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Show detail' }));
    expect(screen.getByText(long)).toBeTruthy();
    await userEvent.click(within(screen.getAllByRole('heading', { level: 2 })[0]!).getByRole('button'));
    expect(screen.queryByText(long)?.closest('[hidden]')).not.toBeNull();
  });
});
