import { Label, LabelGroup } from '@patternfly/react-core';
import { t } from '../i18n';

interface Props {
  readonly labels: Readonly<Record<string, string>>;
  readonly most?: number;
  /** Labels that stand out, as those of a filter. */
  readonly marked?: readonly string[];
}

/** Labels as chips; many are folded. */
export function LabelChips({ labels, most = 3, marked = [] }: Props) {
  const entries = Object.entries(labels).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  if (entries.length === 0) return <span className="weft-subtle">–</span>;
  return (
    <LabelGroup numLabels={most} aria-label={t('list.labels')}>
      {entries.map(([key, value]) => (
        <Label key={key} isCompact variant="outline" {...(marked.includes(key) && { color: 'blue' as const })} textMaxWidth="22ch">
          {value === '' ? key : `${key}=${value}`}
        </Label>
      ))}
    </LabelGroup>
  );
}

/** App and version first: they are what a mesh goes by. The name of a namespace, which every namespace carries, last. */
function rank(key: string): number {
  if (key === 'app' || key === 'app.kubernetes.io/name' || key === 'service.istio.io/canonical-name') return 0;
  if (key === 'kubernetes.io/metadata.name') return 3;
  return key === 'version' || key === 'app.kubernetes.io/version' || key === 'service.istio.io/canonical-revision' ? 1 : 2;
}
