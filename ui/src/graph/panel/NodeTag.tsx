import { Button, Label } from '@patternfly/react-core';
import type { GraphNode } from '../../api/graph';
import { t } from '../../i18n';
import { nodeName } from '../traffic';

export function nodeKindText(node: GraphNode): string {
  if (node.box !== null) return t(`panel.kind.box.${node.box}`);
  if (node.isServiceEntry) return t('panel.kind.serviceEntry');
  return node.type === 'box' ? '' : t(`panel.kind.${node.type}`);
}

const badges = { aggregate: 'O', app: 'A', box: '', service: 'S', unknown: 'U', workload: 'W' } as const;
const boxBadges = { app: 'A', cluster: 'C', namespace: 'NS' } as const;

/** The letter that Kiali's users know for a kind of thing. */
export function KindBadge({ node }: { readonly node: GraphNode }) {
  const letter = node.box !== null ? boxBadges[node.box] : node.isServiceEntry ? 'SE' : badges[node.type];
  return (
    <Label isCompact color="blue" title={nodeKindText(node)}>
      {letter}
    </Label>
  );
}

/** A node by kind and name; pressing the name selects it. */
export function NodeTag({ node, onSelect }: { readonly node: GraphNode; readonly onSelect: (id: string) => void }) {
  const version = node.type === 'app' && node.version !== '' && node.version !== 'unknown' ? ` ${node.version}` : '';
  return (
    <span className="weft-panel__node">
      <KindBadge node={node} />
      <Button variant="link" isInline onClick={() => onSelect(node.id)}>
        {nodeName(node)}
        {version}
      </Button>
      {node.type !== 'unknown' && <span className="weft-panel__subtle">{node.namespace}</span>}
    </span>
  );
}
