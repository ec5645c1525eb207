import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { TypeaheadInput } from './TypeaheadInput';

const choices = ['AuthorizationPolicy', 'DestinationRule', 'Gateway', 'HTTPRoute', 'VirtualService'].map((value) => ({ value, text: value }));

it('narrows choices down by what is typed, and takes the one that arrow keys and Enter choose', async () => {
  const chosen = vi.fn();
  render(<TypeaheadInput id="type" label="Type" placeholder="Choose a type" choices={choices} onChoose={chosen} />);
  const input = screen.getByRole('combobox', { name: 'Type' });
  await userEvent.type(input, 'rout');
  expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['HTTPRoute']);
  await userEvent.clear(input);
  await userEvent.type(input, 'e{ArrowDown}');
  const options = screen.getAllByRole('option');
  expect(options.map((option) => option.textContent)).toEqual(['DestinationRule', 'Gateway', 'HTTPRoute', 'VirtualService']);
  expect(input.getAttribute('aria-activedescendant')).toBe('type-Gateway');
  await userEvent.keyboard('{Enter}');
  expect(chosen.mock.calls).toEqual([['Gateway']]);
  await userEvent.type(input, 'nothing like it');
  expect(screen.getByRole('option').textContent).toBe('Nothing matches nothing like it');
  await userEvent.keyboard('{Enter}{Escape}');
  expect([chosen.mock.calls.length, screen.queryByRole('listbox')]).toEqual([1, null]);
});
