import { Button, Label, Tooltip } from '@patternfly/react-core';
import { PauseIcon } from '@patternfly/react-icons/dist/esm/icons/pause-icon';
import { PlayIcon } from '@patternfly/react-icons/dist/esm/icons/play-icon';
import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { useEffect, useEffectEvent, useState } from 'react';
import { t } from '../../i18n';
import { SimpleMenu } from '../../shell/SimpleMenu';
import { localInput, shortDuration } from '../../time/time';
import type { Replay } from '../graphState';
import { frameStep, nextFrame, replaySpeeds, replayWindows, startReplay, type ReplaySpeed } from './frames';

interface Props {
  readonly replay: Replay;
  readonly isLoading: boolean;
  readonly retention: number;
  readonly onChange: (replay: Replay | null) => void;
}

/** The graph of the past as a film: a window of time, a place in it, and how fast it runs. The next frame waits for the present one. */
export function ReplayBar({ replay, isLoading, retention, onChange }: Props) {
  const [playing, setPlaying] = useState(true);
  const [speed, setSpeed] = useState<ReplaySpeed>('medium');
  const advance = useEffectEvent(() => {
    if (isLoading) return;
    const next = nextFrame(replay);
    if (next === null) setPlaying(false);
    else onChange(next);
  });
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => advance(), replaySpeeds[speed]);
    return () => clearInterval(timer);
  }, [playing, speed]);
  const play = () => {
    if (!playing && nextFrame(replay) === null) onChange({ ...replay, at: replay.start });
    setPlaying(!playing);
  };
  return (
    <div className="weft-replay" role="group" aria-label={t('graph.replay')} data-test="graph-replay">
      <Label color="purple">{t('graph.replay')}</Label>
      <SimpleMenu
        id="replay-window"
        label={t('graph.replay.window')}
        value={replay.window}
        choices={replayWindows.map((value) => ({ value: Number(value), text: t('graph.replay.length', { duration: shortDuration(value) }) }))}
        onChange={(window) => onChange(startReplay(window, Math.min(Date.now() / 1000, replay.start + window)))}
      />
      <label className="weft-row">
        {t('graph.replay.from')}
        <input
          type="datetime-local"
          className="weft-replay__start"
          step={10}
          value={localInput(replay.start * 1000)}
          min={localInput(Date.now() - retention * 1000)}
          max={localInput(Date.now() - replay.window * 1000)}
          onChange={(event) => {
            const start = new Date(event.target.value).getTime() / 1000;
            if (Number.isFinite(start) && start < Date.now() / 1000) onChange(startReplay(replay.window, start + replay.window));
          }}
        />
      </label>
      <Tooltip content={t(playing ? 'graph.replay.pause' : 'graph.replay.play')}>
        <Button variant="control" aria-label={t(playing ? 'graph.replay.pause' : 'graph.replay.play')} icon={playing ? <PauseIcon /> : <PlayIcon />} onClick={play} />
      </Tooltip>
      <input
        type="range"
        className="weft-replay__slider"
        aria-label={t('graph.replay.moment')}
        aria-valuetext={new Date(replay.at * 1000).toLocaleTimeString()}
        min={replay.start}
        max={replay.start + replay.window}
        step={frameStep}
        value={replay.at}
        onChange={(event) => {
          setPlaying(false);
          onChange({ ...replay, at: Number(event.target.value) });
        }}
      />
      <strong className="weft-nowrap">{new Date(replay.at * 1000).toLocaleTimeString()}</strong>
      <SimpleMenu
        id="replay-speed"
        label={t('graph.replay.speed')}
        value={speed}
        choices={(Object.keys(replaySpeeds) as ReplaySpeed[]).map((value) => ({ value, text: t(`graph.replay.speed.${value}`) }))}
        onChange={setSpeed}
      />
      <Button variant="plain" aria-label={t('graph.replay.close')} icon={<TimesIcon />} onClick={() => onChange(null)} />
    </div>
  );
}
