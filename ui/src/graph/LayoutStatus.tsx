import { Button, Spinner } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { t } from '../i18n';

interface Props {
  /** When the graph that is shown was read, in seconds since 1970. */
  readonly timestamp: number;
  /** The share of the running layout that is done; `null`: none runs. */
  readonly progress: number | null;
  readonly onCancel: () => void;
}

/** A layout that takes longer can be cancelled; before, a button would only flash. */
const patience = 1000;

/** How current the graph is, and what is being done to it. */
export function LayoutStatus({ timestamp, progress, onCancel }: Props) {
  const [isLong, setLong] = useState(false);
  const isBusy = progress !== null;
  useEffect(() => {
    if (!isBusy) return;
    const timer = setTimeout(() => setLong(true), patience);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [isBusy]);
  return (
    <div className="weft-graph__status" role="status">
      {progress === null ? (
        t('graph.updated', { time: new Date(timestamp * 1000).toLocaleTimeString() })
      ) : (
        <>
          <Spinner size="sm" aria-label={t('graph.laidOut')} /> {progress > 0 ? t('graph.laidOut.progress', { percent: Math.floor(100 * progress) }) : t('graph.laidOut')}
          {isLong && (
            <Button variant="link" isInline size="sm" onClick={onCancel} data-test="graph-cancel-layout">
              {t('graph.laidOut.cancel')}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
