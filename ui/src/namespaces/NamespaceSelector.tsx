import {
  Divider,
  Label,
  Menu,
  MenuContent,
  MenuItem,
  MenuList,
  MenuSearch,
  MenuSearchInput,
  MenuToggle,
  Popper,
  SearchInput,
} from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import type { Namespace } from '../api/namespaces';
import { t } from '../i18n';

interface Props {
  readonly namespaces: readonly Namespace[];
  readonly selected: readonly string[];
  readonly isDisabled?: boolean;
  readonly onChange: (selected: string[]) => void;
}

/** Kiali's namespace menu: several may be chosen, and the choice counts when the menu closes. */
export function NamespaceSelector({ namespaces, selected, isDisabled = false, onChange }: Props) {
  const [draft, setDraft] = useState<readonly string[] | null>(null);
  const [filter, setFilter] = useState('');
  const toggle = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const open = draft !== null;

  const close = () => {
    if (draft !== null && draft.join() !== selected.join()) onChange([...draft]);
    setDraft(null);
    setFilter('');
  };

  useEffect(() => {
    if (open) menu.current?.querySelector('input')?.focus();
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: MouseEvent) => {
      const target = event.target as Node;
      if (!menu.current?.contains(target) && !toggle.current?.contains(target)) close();
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      close();
      toggle.current?.focus();
    };
    window.addEventListener('mousedown', outside);
    window.addEventListener('keydown', escape);
    return () => {
      window.removeEventListener('mousedown', outside);
      window.removeEventListener('keydown', escape);
    };
  });

  const shown = namespaces.filter(({ name }) => name.includes(filter.trim()));
  const chosen = draft ?? selected;
  const all = namespaces.length > 0 && namespaces.every(({ name }) => chosen.includes(name));
  const choose = (name: string) =>
    setDraft(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name].sort());

  return (
    <Popper
      isVisible={open}
      trigger={
        <MenuToggle
          ref={toggle}
          isDisabled={isDisabled}
          isExpanded={open}
          data-test="namespace-dropdown"
          onClick={() => (open ? close() : setDraft(selected))}
        >
          {toggleText(selected)}
        </MenuToggle>
      }
      popper={
        <Menu ref={menu} isScrollable onSelect={(_, item) => item !== undefined && choose(String(item))} className="weft-menu">
          <MenuSearch>
            <MenuSearchInput>
              <SearchInput
                aria-label={t('namespaces.filter')}
                placeholder={t('namespaces.filter')}
                value={filter}
                onChange={(_, value) => setFilter(value)}
                onClear={() => setFilter('')}
              />
            </MenuSearchInput>
          </MenuSearch>
          <Divider />
          <MenuContent maxMenuHeight="22rem">
            <MenuList aria-label={t('namespaces.select')}>
              {filter === '' && (
                <MenuItem
                  key="*"
                  hasCheckbox
                  isSelected={all}
                  onClick={(event) => {
                    event?.stopPropagation();
                    setDraft(all ? [] : namespaces.map(({ name }) => name));
                  }}
                >
                  {t('namespaces.all')}
                </MenuItem>
              )}
              {shown.map(({ name, isControlPlane }) => (
                <MenuItem key={name} itemId={name} hasCheckbox isSelected={chosen.includes(name)} data-test={`namespace-${name}`}>
                  {name} {isControlPlane && <Label isCompact>{t('namespaces.controlPlane')}</Label>}
                </MenuItem>
              ))}
              {shown.length === 0 && <MenuItem isDisabled>{t('namespaces.none')}</MenuItem>}
            </MenuList>
          </MenuContent>
        </Menu>
      }
    />
  );
}

function toggleText(selected: readonly string[]): string {
  if (selected.length === 0) return t('namespaces.select');
  return selected.length === 1 ? t('namespaces.one', { name: selected[0] ?? '' }) : t('namespaces.many', { count: selected.length });
}
