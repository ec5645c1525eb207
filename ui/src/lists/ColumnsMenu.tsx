import { Menu, MenuContent, MenuItem, MenuList, MenuToggle, Popper } from '@patternfly/react-core';
import { ColumnsIcon } from '@patternfly/react-icons/dist/esm/icons/columns-icon';
import { useEffect, useRef, useState } from 'react';
import { t } from '../i18n';

interface Props {
  readonly columns: readonly { readonly id: string; readonly title: string; readonly isFixed?: boolean }[];
  readonly hidden: readonly string[];
  readonly onChange: (hidden: readonly string[]) => void;
}

/** Which columns a list shows. */
export function ColumnsMenu({ columns, hidden, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: MouseEvent | KeyboardEvent) => {
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return;
        toggle.current?.focus();
      } else if (menu.current?.contains(event.target as Node) || toggle.current?.contains(event.target as Node)) return;
      setOpen(false);
    };
    window.addEventListener('mousedown', close);
    window.addEventListener('keydown', close);
    return () => {
      window.removeEventListener('mousedown', close);
      window.removeEventListener('keydown', close);
    };
  }, [open]);
  const flip = (id: string) => onChange(hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id]);
  return (
    <Popper
      isVisible={open}
      position="end"
      trigger={
        <MenuToggle ref={toggle} variant="plain" icon={<ColumnsIcon />} aria-label={t('list.columns')} isExpanded={open} data-test="list-columns" onClick={() => setOpen(!open)} />
      }
      popper={
        <Menu ref={menu} onSelect={(_, id) => flip(String(id))}>
          <MenuContent>
            <MenuList aria-label={t('list.columns')}>
              {columns
                .filter((column) => column.isFixed !== true)
                .map((column) => (
                  <MenuItem key={column.id} itemId={column.id} hasCheckbox isSelected={!hidden.includes(column.id)}>
                    {column.title}
                  </MenuItem>
                ))}
              <MenuItem key="*" itemId="*" isDisabled={hidden.length === 0} onClick={(event) => (event?.stopPropagation(), onChange([]))}>
                {t('list.columns.reset')}
              </MenuItem>
            </MenuList>
          </MenuContent>
        </Menu>
      }
    />
  );
}
