import { Menu, MenuContent, MenuItem, MenuList } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import type { GraphNode } from '../api/graph';
import { t } from '../i18n';
import { nodeName } from './traffic';

interface Props {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  /** `null`: the node has no graph of its own. */
  readonly onOpen: (() => void) | null;
  readonly onShowNamespace: () => void;
  readonly onOnlyNamespace: () => void;
  readonly onClose: () => void;
}

/** What a right click on a node offers. */
export function NodeMenu({ node, x, y, onOpen, onShowNamespace, onOnlyNamespace, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    menu.current?.querySelector('button')?.focus();
    const outside = (event: MouseEvent) => !menu.current?.contains(event.target as Node) && onClose();
    const escape = (event: KeyboardEvent) => event.key === 'Escape' && onClose();
    window.addEventListener('mousedown', outside);
    window.addEventListener('keydown', escape);
    return () => {
      window.removeEventListener('mousedown', outside);
      window.removeEventListener('keydown', escape);
    };
  });
  return (
    <Menu ref={menu} className="weft-menu weft-graph__context" style={{ left: x, top: y }} onSelect={onClose} data-test="graph-node-menu">
      <MenuContent>
        <MenuList aria-label={t('graph.menu.label', { name: nodeName(node) })}>
          {onOpen && <MenuItem onClick={onOpen}>{t('graph.menu.open')}</MenuItem>}
          {node.isOutside && <MenuItem onClick={onShowNamespace}>{t('graph.menu.namespace', { name: node.namespace })}</MenuItem>}
          <MenuItem onClick={onOnlyNamespace}>{t('graph.menu.only', { name: node.namespace })}</MenuItem>
        </MenuList>
      </MenuContent>
    </Menu>
  );
}
