import { Menu, MenuContent, MenuItem, MenuList } from '@patternfly/react-core';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { GraphNode } from '../api/graph';
import { t } from '../i18n';
import { useGo } from '../shell/ContextLink';
import { entityLinks, nodeEntity } from './nodeEntity';
import { nodeName } from './traffic';

interface Props {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  /** `null`: the node has no graph of its own. */
  readonly onOpen: (() => void) | null;
  readonly onShowNamespace: () => void;
  readonly onOnlyNamespace: () => void;
  /** Whether a box is drawn as one node; `null` for what is no box. */
  readonly isCollapsed: boolean | null;
  readonly onCollapse: () => void;
  readonly onClose: () => void;
}

/** What a right click on a node offers. */
export function NodeMenu({ node, x, y, onOpen, onShowNamespace, onOnlyNamespace, isCollapsed, onCollapse, onClose }: Props) {
  const go = useGo();
  const entity = nodeEntity(node);
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
  // Where it was asked for, as far as it has room there.
  useLayoutEffect(() => {
    const stage = menu.current?.parentElement;
    if (!menu.current || !stage) return;
    const { offsetWidth: width, offsetHeight: height } = menu.current;
    Object.assign(menu.current.style, { left: `${Math.max(0, Math.min(x, stage.clientWidth - width))}px`, top: `${Math.max(0, Math.min(y, stage.clientHeight - height))}px` });
  }, [x, y]);
  return (
    <Menu ref={menu} className="weft-menu weft-graph__context" onSelect={onClose} data-test="graph-node-menu">
      <MenuContent>
        <MenuList aria-label={t('graph.menu.label', { name: nodeName(node) })}>
          {onOpen && <MenuItem onClick={onOpen}>{t('graph.menu.open')}</MenuItem>}
          {isCollapsed !== null && <MenuItem onClick={onCollapse}>{t(isCollapsed ? 'graph.menu.expand' : 'graph.menu.collapse')}</MenuItem>}
          {entity &&
            entityLinks(entity).map(([tab, to]) => (
              <MenuItem key={tab} onClick={() => go(to)}>
                {tab === 'info' ? t('list.details') : t(`details.tab.${tab}`)}
              </MenuItem>
            ))}
          {node.isOutside && <MenuItem onClick={onShowNamespace}>{t('graph.menu.namespace', { name: node.namespace })}</MenuItem>}
          <MenuItem onClick={onOnlyNamespace}>{t('graph.menu.only', { name: node.namespace })}</MenuItem>
        </MenuList>
      </MenuContent>
    </Menu>
  );
}
