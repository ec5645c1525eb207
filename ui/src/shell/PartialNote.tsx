import { Alert } from '@patternfly/react-core';
import { t } from '../i18n';
import { sourceOf } from './PageMessage';

/** Says which parts of a page are missing, and why; the rest of the page stands. */
export function PartialNote({ failures }: { readonly failures: readonly (readonly [part: string, error: Error | null])[] }) {
  const failed = failures.filter((failure): failure is readonly [string, Error] => failure[1] !== null);
  if (failed.length === 0) return null;
  return (
    <Alert component="h2" variant="warning" isInline className="weft-stale" title={t('page.partial', { parts: failed.map(([part]) => part).join(', ') })}>
      {failed.map(([part, error]) => (
        <div key={part}>
          {part}: {error.message} <small>{sourceOf(error)}</small>
        </div>
      ))}
    </Alert>
  );
}
