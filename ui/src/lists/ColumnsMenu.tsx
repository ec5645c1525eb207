import { Menu, MenuContent, MenuItem, MenuItemAction, MenuList, MenuToggle, Popper } from '@patternfly/react-core';
import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import { ColumnsIcon } from '@patternfly/react-icons/dist/esm/icons/columns-icon';
import { useEffect, useRef, useState } from 'react';
import { t } from '../i18n';

interface Props {
  readonly columns: readonly { readonly id: string; readonly title: string; readonly isFixed?: boolean }[];
  readonly hidden: readonly string[];
  /** All columns as they stand. */
  readonly order: readonly string[];
  readonly onChange: (change: { readonly hidden?: readonly string[]; readonly order?: readonly string[] }) => void;
}

/** Which columns a list shows, and in which order. */
export function ColumnsMenu({ columns, hidden, order, onChange }: Props) {
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
  const flip = (id: string) => onChange({ hidden: hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id] });
  const move = (id: string, by: -1 | 1) => onChange({ order: moved(order, id, by) });
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
              {order.flatMap((id) => columns.filter((column) => column.id === id)).map(({ id, title, isFixed }, i) => (
                <MenuItem
                  key={id}
                  itemId={id}
                  {...(isFixed === true ? {} : { hasCheckbox: true, isSelected: !hidden.includes(id) })}
                  isDisabled={isFixed === true}
                  actions={
                    <>
                      <MenuItemAction actionId="up" icon={<ArrowUpIcon aria-hidden />} aria-label={t('list.columns.up', { title })} isDisabled={i === 0} onClick={() => move(id, -1)} />
                      <MenuItemAction actionId="down" icon={<ArrowDownIcon aria-hidden />} aria-label={t('list.columns.down', { title })} isDisabled={i === order.length - 1} onClick={() => move(id, 1)} />
                    </>
                  }
                >
                  {title}
                </MenuItem>
              ))}
              <MenuItem key="*" itemId="*" isDisabled={hidden.length === 0 && order.every((id, i) => columns[i]?.id === id)} onClick={(event) => (event?.stopPropagation(), onChange({ hidden: [], order: [] }))}>
                {t('list.columns.reset')}
              </MenuItem>
            </MenuList>
          </MenuContent>
        </Menu>
      }
    />
  );
}

function moved(order: readonly string[], id: string, by: -1 | 1): readonly string[] {
  const at = order.indexOf(id);
  const rest = order.filter((other) => other !== id);
  return [...rest.slice(0, at + by), id, ...rest.slice(at + by)];
}
