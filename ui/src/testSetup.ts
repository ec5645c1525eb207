import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

afterEach(cleanup);

// Machines that run tests are busy: a wait ends when its condition holds, not by this.
configure({ asyncUtilTimeout: 15_000 });

// jsdom draws nothing: charts are judged by their data, and by eye in a browser.
vi.mock('uplot', () => ({
  default: class {
    over = document.createElement('div');
    setData() {}
    setSize() {}
    destroy() {}
  },
}));

// jsdom lays nothing out, so nothing is ever resized.
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    disconnect() {}
  },
);
