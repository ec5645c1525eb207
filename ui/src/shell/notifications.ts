import { useSyncExternalStore } from 'react';

export type NotificationLevel = 'danger' | 'warning' | 'success' | 'info';

export interface Notification {
  readonly id: number;
  readonly level: NotificationLevel;
  readonly title: string;
  readonly detail: string;
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
  /** How often the same was said. */
  readonly count: number;
  readonly isRead: boolean;
  /** It stands over the page for a moment. */
  readonly isToast: boolean;
}

/** As many are kept; the oldest go. */
const most = 200;
/** What is said again sooner than after this many milliseconds does not stand over the page again: a failed refresh comes every few seconds. */
const quietTime = 60_000;

/** What the console had to tell, the newest first. The same thing said again counts up instead of standing there twice. */
export class NotificationStore {
  private items: readonly Notification[] = [];
  private nextId = 1;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): readonly Notification[] => this.items;

  notify(level: NotificationLevel, title: string, detail: string, now: number = Date.now()): void {
    const same = this.items.find((item) => item.level === level && item.title === title && item.detail === detail);
    const item: Notification =
      same === undefined
        ? { id: this.nextId++, level, title, detail, first: now, last: now, count: 1, isRead: false, isToast: true }
        : { ...same, last: now, count: same.count + 1, isRead: false, isToast: same.isToast || now - same.last > quietTime };
    this.set([item, ...this.items.filter((other) => other !== same)].slice(0, most));
  }

  readAll(): void {
    this.set(this.items.map((item) => ({ ...item, isRead: true, isToast: false })));
  }

  /** Takes one from over the page; it stays in the list. */
  dismiss(id: number): void {
    this.set(this.items.map((item) => (item.id === id ? { ...item, isToast: false } : item)));
  }

  remove(id: number | null): void {
    this.set(id === null ? [] : this.items.filter((item) => item.id !== id));
  }

  private set(items: readonly Notification[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }
}

/** The store of this browser window. */
export const notifications = new NotificationStore();

export function useNotifications(): readonly Notification[] {
  return useSyncExternalStore(notifications.subscribe, notifications.current);
}
