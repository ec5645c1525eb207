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
}

/** As many are kept; the oldest go. */
const most = 200;

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
    const item = same === undefined ? { id: this.nextId++, level, title, detail, first: now, last: now, count: 1, isRead: false } : { ...same, last: now, count: same.count + 1, isRead: false };
    this.set([item, ...this.items.filter((other) => other !== same)].slice(0, most));
  }

  readAll(): void {
    this.set(this.items.map((item) => ({ ...item, isRead: true })));
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
