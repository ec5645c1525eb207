import { Button } from '@patternfly/react-core';
import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { InfoCircleIcon } from '@patternfly/react-icons/dist/esm/icons/info-circle-icon';
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../i18n';
import { useTheme } from '../shell/theme';
import { parseAccessLog } from './accessLog';
import { containerColor } from './containerColors';
import { jsonOf, type LogLine } from './logLines';

interface Props {
  readonly lines: readonly LogLine[];
  readonly containers: readonly string[];
  readonly timestamps: boolean;
  readonly wrap: boolean;
  readonly showPod: boolean;
  readonly onOpen: (line: LogLine) => void;
}

/** The lines, newest last. It stays at the end while the user is there, and where the user has scrolled to otherwise. */
export function LogView({ lines, containers, timestamps, wrap, showPod, onOpen }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const [isFollowing, setFollowing] = useState(true);
  const [theme] = useTheme();
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  // Lines that come into sight are not as high as they were taken for, and the box is resized.
  useEffect(() => {
    const log = box.current;
    if (log === null || content.current === null) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) log.scrollTop = log.scrollHeight;
    });
    observer.observe(log);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);
  const toEnd = () => {
    const log = box.current;
    if (log === null) return;
    log.scrollTop = log.scrollHeight;
    // The button goes: what it belongs to takes the focus.
    log.focus();
  };
  return (
    <div className="weft-log__frame">
      <div
        ref={box}
        className={wrap ? 'weft-log' : 'weft-log weft-log--long'}
        role="log"
        aria-live="off"
        aria-label={t('details.tab.logs')}
        tabIndex={0}
        // A browser that holds a line in its place scrolls by itself, up too: here only the user is to.
        style={{ overflowAnchor: isFollowing ? 'none' : 'auto' }}
        onScroll={({ currentTarget }) => {
          const { scrollTop, scrollHeight, clientHeight } = currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 24) atEnd.current = true;
          else if (scrollTop < lastTop.current) atEnd.current = false;
          else if (atEnd.current) currentTarget.scrollTop = scrollHeight;
          lastTop.current = currentTarget.scrollTop;
          setFollowing(atEnd.current);
        }}
      >
        <div ref={content}>
          {lines.map((line) => (
            <Line key={line.key} line={line} color={containerColor(line.container, containers, theme === 'dark')} timestamps={timestamps} showPod={showPod} onOpen={onOpen} />
          ))}
        </div>
      </div>
      {!isFollowing && (
        <Button variant="secondary" size="sm" className="weft-log__end" icon={<ArrowDownIcon />} onClick={toEnd} data-test="log-follow">
          {t('logs.follow')}
        </Button>
      )}
    </div>
  );
}

interface LineProps extends Pick<Props, 'timestamps' | 'showPod' | 'onOpen'> {
  readonly line: LogLine;
  readonly color: string;
}

/** Whether there is more to say about a line than stands in it. */
export function canOpen(line: LogLine): boolean {
  return line.span !== null || (line.message.startsWith('[') ? parseAccessLog(line.message) !== null : jsonOf(line.message) !== null);
}

const Line = memo(
  function Line({ line, color, timestamps, showPod, onOpen }: LineProps) {
    return (
      <div className={`weft-log__line weft-log__line--${line.severity.toLowerCase()}`} style={{ borderInlineStartColor: color }}>
        {canOpen(line) ? (
          <Button variant="plain" size="sm" hasNoPadding className="weft-log__open" aria-label={t('logs.explain')} icon={<InfoCircleIcon />} onClick={() => onOpen(line)} />
        ) : (
          <span className="weft-log__open" />
        )}
        {timestamps && <time className="weft-log__time">{clock(line.time)}</time>}
        {showPod && <span className="weft-log__pod">{line.pod.slice(-11)}</span>}
        <span className="weft-log__text" style={{ color }}>
          {line.message}
        </span>
      </div>
    );
  },
  (a, b) => a.line.key === b.line.key && a.line.message === b.line.message && a.line.time === b.line.time && a.color === b.color && a.timestamps === b.timestamps && a.showPod === b.showPod,
);

function clock(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
}
