import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { recordedJson } from '../testGraph';
import { pageUnderTest, showPage } from '../testPage';
import { NamespacePage } from './NamespacePage';

// The canvas draws nothing in jsdom.
vi.mock('../graph/canvas/GraphCanvas', () => ({ default: () => <div /> }));

const page = pageUnderTest(() => ({ '/api/namespaces': recordedJson('namespaces'), '/api/config': recordedJson('config') }));

it('leads to the pages about what is in a namespace, with the time of the user', async () => {
  const user = userEvent.setup();
  showPage(page, <NamespacePage />, '/namespaces/:namespace', '/namespaces/bookinfo?duration=600');
  await user.click(await screen.findByRole('button', { name: 'Show' }));
  await user.click(screen.getByRole('menuitem', { name: 'Services' }));
  expect(page.address).toBe('/services?namespaces=bookinfo&duration=600');
});
