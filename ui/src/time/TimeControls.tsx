import { Button, ToolbarGroup, ToolbarItem, Tooltip } from '@patternfly/react-core';
import { SyncAltIcon } from '@patternfly/react-icons/dist/esm/icons/sync-alt-icon';
import { t } from '../i18n';
import { SimpleMenu } from '../shell/SimpleMenu';
import { RangePicker } from './RangePicker';
import { offeredDurations, refreshIntervals, refreshManual, refreshPaused, shortDuration } from './time';
import type { TimeRange } from './useTime';

interface Props {
  readonly duration: number;
  readonly refresh: number;
  /** Absent where only "the last ..." makes sense. */
  readonly range?: { readonly value: TimeRange | null; readonly onChange: (range: TimeRange | null) => void } | null;
  readonly retention: number;
  readonly scrapeInterval: number;
  readonly isLoading: boolean;
  readonly onDuration: (seconds: number) => void;
  readonly onRefresh: (milliseconds: number) => void;
  readonly onRefreshNow: () => void;
}

const customDuration = -1;

/** The time range, how often it is read anew, and a button to do it now. */
export function TimeControls(props: Props) {
  const offered = offeredDurations(props.retention, props.scrapeInterval);
  const choices = offered.includes(props.duration) || props.range?.value ? offered : [...offered, props.duration].sort((a, b) => a - b);
  return (
    <ToolbarGroup align={{ default: 'alignEnd' }} gap={{ default: 'gapXs' }}>
      <ToolbarItem>
        <SimpleMenu
          id="time_range_duration"
          label={t('time.duration')}
          value={props.range?.value ? customDuration : props.duration}
          choices={[
            ...choices.map((value) => ({ value, text: t('time.last', { duration: shortDuration(value) }) })),
            ...(props.range?.value ? [{ value: customDuration, text: t('time.custom') }] : []),
          ]}
          onChange={(value) => value !== customDuration && props.onDuration(value)}
        />
      </ToolbarItem>
      {props.range && (
        <ToolbarItem>
          <RangePicker range={props.range.value} duration={props.duration} retention={props.retention} onChange={props.range.onChange} />
        </ToolbarItem>
      )}
      <ToolbarItem>
        <SimpleMenu
          id="time_range_refresh"
          label={t('time.refresh')}
          value={props.refresh}
          choices={refreshIntervals.map(refreshChoice)}
          onChange={props.onRefresh}
        />
      </ToolbarItem>
      <ToolbarItem>
        <Tooltip content={t('time.refreshNow')}>
          <Button
            id="refresh_button"
            data-test="refresh-button"
            variant="control"
            aria-label={t('time.refreshNow')}
            icon={<SyncAltIcon className={props.isLoading ? 'weft-spin' : ''} />}
            onClick={props.onRefreshNow}
          />
        </Tooltip>
      </ToolbarItem>
    </ToolbarGroup>
  );
}

/** An interval as a menu offers it. */
export function refreshChoice(value: number) {
  if (value === refreshPaused) return { value, text: t('time.pause'), description: t('time.pause.hint') };
  if (value === refreshManual) return { value, text: t('time.manual'), description: t('time.manual.hint') };
  return { value, text: t('time.every', { duration: shortDuration(value / 1000) }) };
}
