import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useState } from 'react';
import { t } from '../i18n';
import { useGo } from '../shell/ContextLink';

const pages = [
  ['nav.graph', '/graph/namespaces'],
  ['nav.applications', '/applications'],
  ['nav.services', '/services'],
  ['nav.workloads', '/workloads'],
  ['nav.istio', '/istio'],
] as const;

/** From a namespace to the pages about what is in it. */
export function ShowMenu({ namespace }: { readonly namespace: string }) {
  const [open, setOpen] = useState(false);
  const go = useGo();
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)} data-test="namespace-show">
          {t('details.show')}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {pages.map(([title, path]) => (
          <DropdownItem key={path} onClick={() => go(`${path}?namespaces=${encodeURIComponent(namespace)}`)}>
            {t(title)}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
