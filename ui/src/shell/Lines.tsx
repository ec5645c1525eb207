import { Skeleton } from '@patternfly/react-core';
import { t } from '../i18n';

/** A skeleton in the shape of text. */
export function Lines({ count }: { readonly count: number }) {
  return (
    <div className="weft-lines" aria-busy>
      {Array.from({ length: count }, (_, i) => (
        <Skeleton key={i} width={`${90 - ((i * 23) % 50)}%`} screenreaderText={i === 0 ? t('page.loading') : ''} />
      ))}
    </div>
  );
}
