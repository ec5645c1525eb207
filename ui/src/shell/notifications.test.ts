import { describe, expect, it, vi } from 'vitest';
import { Degradations } from '../api/degraded';
import { NotificationStore } from './notifications';

describe('notifications', () => {
  it('count what is said again instead of saying it twice, the newest first', () => {
    const store = new NotificationStore();
    const heard = vi.fn();
    store.subscribe(heard);
    store.notify('danger', 'a', '', 1);
    store.notify('info', 'b', '', 2);
    store.readAll();
    store.notify('danger', 'a', '', 3);
    expect(store.current()).toMatchObject([{ title: 'a', count: 2, first: 1, last: 3, isRead: false }, { title: 'b', count: 1, isRead: true }]);
    expect(heard).toHaveBeenCalledTimes(4);
    store.remove(store.current()[0]?.id ?? 0);
    expect(store.current().map(({ title }) => title)).toEqual(['b']);
    store.remove(null);
    expect(store.current()).toEqual([]);
  });

  it('stand over the page once, and again when the same comes after a while', () => {
    const store = new NotificationStore();
    const isToast = () => store.current()[0]?.isToast;
    store.notify('danger', 'a', '', 0);
    expect(isToast()).toBe(true);
    store.dismiss(store.current()[0]?.id ?? 0);
    store.notify('danger', 'a', '', 10_000);
    expect([isToast(), store.current()[0]?.count]).toEqual([false, 2]);
    store.notify('danger', 'a', '', 100_000);
    expect(isToast()).toBe(true);
    store.readAll();
    expect(isToast()).toBe(false);
  });

  it('are bounded', () => {
    const store = new NotificationStore();
    for (let i = 0; i < 300; i++) store.notify('info', String(i), '', i);
    expect(store.current()).toHaveLength(200);
    expect(store.current()[0]?.title).toBe('299');
  });
});

describe('degraded answers', () => {
  it('are told once per reason, until their path answers in full', () => {
    const store = new Degradations();
    const heard = vi.fn();
    store.subscribe(heard);
    store.note('api/a?x=1', 'no metrics');
    store.note('api/b', 'no metrics');
    store.note('api/b', 'no metrics');
    expect(store.current()).toEqual(['no metrics']);
    expect(heard).toHaveBeenCalledTimes(2);
    store.note('api/a?x=2', null);
    expect(store.current()).toEqual(['no metrics']);
    store.note('api/b', null);
    expect(store.current()).toEqual([]);
    store.note('api/c', null);
    expect(heard).toHaveBeenCalledTimes(4);
  });
});
