import { Alert, Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { CalendarAltIcon } from '@patternfly/react-icons/dist/esm/icons/calendar-alt-icon';
import { useState } from 'react';
import { t } from '../i18n';
import { HeadedPopover } from '../shell/HeadedPopover';
import { localInput } from './time';
import type { TimeRange } from './useTime';

interface Props {
  readonly range: TimeRange | null;
  readonly duration: number;
  readonly retention: number;
  readonly onChange: (range: TimeRange | null) => void;
}

/** A start and an end, chosen by the user; within what the metrics store keeps. */
export function RangePicker({ range, duration, retention, onChange }: Props) {
  const [draft, setDraft] = useState<{ readonly from: string; readonly to: string } | null>(null);
  const open = () => {
    const to = range?.to ?? Date.now();
    const from = range?.from ?? to - duration * 1000;
    setDraft({ from: localInput(from), to: localInput(to) });
  };
  const error = draft === null ? null : rangeError(draft.from, draft.to, retention);
  return (
    <HeadedPopover
      isVisible={draft !== null}
      shouldOpen={open}
      shouldClose={() => setDraft(null)}
      position="bottom-end"
      label={t('time.custom')}
      title={t('time.custom')}
      body={
        draft !== null && (
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              if (error !== null) return;
              onChange({ from: new Date(draft.from).getTime(), to: new Date(draft.to).getTime() });
              setDraft(null);
            }}
          >
            <FormGroup label={t('time.from')} fieldId="range-from">
              <TextInput id="range-from" type="datetime-local" step={1} value={draft.from} onChange={(_, from) => setDraft({ ...draft, from })} />
            </FormGroup>
            <FormGroup label={t('time.to')} fieldId="range-to">
              <TextInput id="range-to" type="datetime-local" step={1} value={draft.to} onChange={(_, to) => setDraft({ ...draft, to })} />
            </FormGroup>
            {error !== null && <Alert component="h2" variant="warning" isInline isPlain title={error} />}
            <div className="weft-row">
              <Button type="submit" isDisabled={error !== null}>
                {t('action.apply')}
              </Button>
              {range !== null && (
                <Button
                  variant="link"
                  onClick={() => {
                    onChange(null);
                    setDraft(null);
                  }}
                >
                  {t('time.live')}
                </Button>
              )}
            </div>
          </Form>
        )
      }
    >
      <Button variant="control" icon={<CalendarAltIcon />} aria-label={t('time.custom')} aria-pressed={range !== null} data-test="time-custom">
        {range === null ? null : `${shortTime(range.from)} – ${shortTime(range.to)}`}
      </Button>
    </HeadedPopover>
  );
}

function rangeError(from: string, to: string, retention: number): string | null {
  const [start, end] = [new Date(from).getTime(), new Date(to).getTime()];
  if (!Number.isFinite(start) || !Number.isFinite(end)) return t('time.error.missing');
  if (end <= start) return t('time.error.order');
  return start < Date.now() - retention * 1000 ? t('time.error.retention') : null;
}

function shortTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}
