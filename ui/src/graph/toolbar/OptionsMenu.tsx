import { Menu, MenuContent, MenuGroup, MenuToggle, Popper } from '@patternfly/react-core';
import { useEffect, useRef, useState, type ReactNode } from 'react';

interface Props {
  readonly id: string;
  readonly text: string;
  readonly children: ReactNode;
}

/** A menu of check boxes and radio buttons that stays open while they are changed. */
export function OptionsMenu({ id, text, children }: Props) {
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: MouseEvent) => {
      const target = event.target as Node;
      if (!menu.current?.contains(target) && !toggle.current?.contains(target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      toggle.current?.focus();
    };
    window.addEventListener('mousedown', outside);
    window.addEventListener('keydown', escape);
    menu.current?.querySelector<HTMLElement>('input')?.focus();
    return () => {
      window.removeEventListener('mousedown', outside);
      window.removeEventListener('keydown', escape);
    };
  }, [open]);

  return (
    <Popper
      isVisible={open}
      trigger={
        <MenuToggle ref={toggle} id={id} data-test={id} isExpanded={open} onClick={() => setOpen(!open)}>
          {text}
        </MenuToggle>
      }
      popper={
        <Menu ref={menu} isScrollable className="weft-menu" role="group" aria-label={text}>
          <MenuContent maxMenuHeight="min(34rem, 75vh)">
            <div className="weft-options">{children}</div>
          </MenuContent>
        </Menu>
      }
    />
  );
}

export function OptionsGroup({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <MenuGroup label={label} labelHeadingLevel="h2">
      <div className="weft-options__group">{children}</div>
    </MenuGroup>
  );
}
