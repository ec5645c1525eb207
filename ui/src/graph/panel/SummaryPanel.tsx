import { Button } from '@patternfly/react-core';
import { AngleDoubleLeftIcon } from '@patternfly/react-icons/dist/esm/icons/angle-double-left-icon';
import { AngleDoubleRightIcon } from '@patternfly/react-icons/dist/esm/icons/angle-double-right-icon';
import type { ReactNode } from 'react';
import { t } from '../../i18n';
import './panel.css';

interface Props {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

/** The column at the right, with its tab to open and close it. */
export function SummaryPanel({ isOpen, onToggle, children }: Props) {
  const text = t(isOpen ? 'panel.hide' : 'panel.show');
  return (
    <aside className={`weft-panel${isOpen ? '' : ' weft-panel--closed'}`} aria-label={t('panel.label')} data-test="graph-side-panel">
      <Button
        className="weft-panel__toggle"
        variant="plain"
        aria-label={text}
        aria-expanded={isOpen}
        title={text}
        icon={isOpen ? <AngleDoubleRightIcon /> : <AngleDoubleLeftIcon />}
        onClick={onToggle}
      />
      {isOpen && (
        <div className="weft-panel__body" tabIndex={0} role="group" aria-label={t('panel.label')}>
          {children}
        </div>
      )}
    </aside>
  );
}
