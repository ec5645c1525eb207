import { Button, Tooltip } from '@patternfly/react-core';
import { CopyIcon } from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { DownloadIcon } from '@patternfly/react-icons/dist/esm/icons/download-icon';
import { lazy, Suspense, useState } from 'react';
import { t } from '../i18n';
import { copyText, saveText } from '../shell/clipboard';
import { Lines } from '../shell/Lines';
import './code.css';

const CodeEditor = lazy(() => import('./CodeEditor'));

/** A place in the text that something is said about. Lines from 1. */
export interface CodeMarker {
  readonly line: number;
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'info';
}

interface Props {
  readonly text: string;
  readonly label: string;
  readonly fileName: string;
  readonly markers?: readonly CodeMarker[];
  /** The line of the cursor, when the user moves it. */
  readonly onLine?: (line: number) => void;
}

/** Text in YAML or JSON to read: coloured, foldable, searchable; to copy and to save. */
export function CodeView(props: Props) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="weft-code">
      <div className="weft-code__actions">
        <Tooltip content={t(copied ? 'action.copied' : 'action.copy')}>
          <Button variant="plain" size="sm" aria-label={t('action.copy')} icon={<CopyIcon />} onClick={() => void copyText(props.text).then(setCopied)} />
        </Tooltip>
        <Tooltip content={t('action.download')}>
          <Button variant="plain" size="sm" aria-label={t('action.download')} icon={<DownloadIcon />} onClick={() => saveText(props.fileName, props.text)} />
        </Tooltip>
      </div>
      <Suspense fallback={<Lines count={12} />}>
        <CodeEditor {...props} />
      </Suspense>
    </div>
  );
}
