import type { ReactNode } from 'react';
import type { HealthStatus } from '../api/graph';
import { StatusIcon } from '../entity/HealthIcon';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';

interface FiguresProps {
  readonly figures: readonly (readonly [HealthStatus, number])[];
  readonly note: string;
  /** The list that is filtered by a health; absent where there is none. */
  readonly path?: string;
}

/** What a count of a card means in a list; being not ready counts as degraded. */
const healthFilters = { Healthy: 'Healthy', Degraded: 'Degraded&health=Not+Ready', 'Not Ready': 'Not+Ready', Failure: 'Failure', NA: 'NA' } as const satisfies Record<HealthStatus, string>;

/** Counts by health, and a note below. */
export function Figures({ figures, note, path }: FiguresProps) {
  return (
    <>
      <div className="weft-figures">
        {figures
          .filter(([status, count]) => count > 0 || status === 'Healthy')
          .map(([status, count]) => (
            <Figure key={status} icon={<StatusIcon status={status} />} count={count} text={t(`overview.status.${status}`)} {...(path !== undefined && { to: `${path}&health=${healthFilters[status]}` })} />
          ))}
      </div>
      <p className="weft-subtle weft-overview__note">{note}</p>
    </>
  );
}

interface FigureProps {
  readonly icon: ReactNode;
  readonly count: number;
  readonly text: string;
  readonly to?: string;
}

/** A count that leads to the list of what was counted, where there is something to list. */
export function Figure({ icon, count, text, to }: FigureProps) {
  const content = (
    <>
      {icon} <strong>{count}</strong> {text}
    </>
  );
  return to === undefined || count === 0 ? <span>{content}</span> : <ContextLink to={to}>{content}</ContextLink>;
}
