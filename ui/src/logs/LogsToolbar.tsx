import { Button, Checkbox, Dropdown, DropdownItem, DropdownList, FormHelperText, HelperText, HelperTextItem, MenuToggle, SearchInput, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem, Tooltip } from '@patternfly/react-core';
import { CopyIcon } from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { ExpandIcon } from '@patternfly/react-icons/dist/esm/icons/expand-icon';
import { useEffect, useState, type RefObject } from 'react';
import type { Pod } from '../api/pods';
import { setProxyLevel } from '../api/proxy';
import { t } from '../i18n';
import { SpansControl } from '../metrics/SpansControl';
import { copyText, saveText } from '../shell/clipboard';
import { notifications } from '../shell/notifications';
import { SimpleMenu } from '../shell/SimpleMenu';
import { useTheme } from '../shell/theme';
import { containerColor } from './containerColors';
import { asText, type LogLine } from './logLines';
import { lineLimits, type LogsState, type PatchLogs } from './logsState';
import '../metrics/metrics.css';

interface Props {
  readonly pods: readonly Pod[];
  readonly containers: readonly string[];
  readonly state: LogsState;
  readonly patch: PatchLogs;
  /** Why a filter is no regular expression. */
  readonly error: string | null;
  readonly lines: readonly LogLine[];
  readonly total: number;
  readonly frame: RefObject<HTMLDivElement | null>;
}

/** Envoy's levels, the loudest last. */
const proxyLevels = ['off', 'critical', 'error', 'warning', 'info', 'debug', 'trace'] as const;

/** Told in the drawer of notifications, whichever way it went. */
async function setLevel(pod: Pod, level: string): Promise<void> {
  try {
    await setProxyLevel(pod.namespace, pod.name, level);
    notifications.notify('success', t('logs.proxyLevel.set', { pod: pod.name, level }), '');
  } catch (error) {
    notifications.notify('danger', t('logs.proxyLevel.failed', { pod: pod.name }), error instanceof Error ? error.message : String(error));
  }
}

export function LogsToolbar({ pods, containers, state, patch, error, lines, total, frame }: Props) {
  const [theme] = useTheme();
  const [menu, setMenu] = useState(false);
  const [copied, setCopied] = useState(false);
  const proxyPod = pods.find(({ name, istioContainers }) => name === (state.pod ?? pods[0]?.name) && istioContainers.some((container) => container.name === 'istio-proxy'));
  const copy = () => {
    void copyText(asText(lines, state.timestamps)).then((done) => {
      setCopied(done);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <Toolbar isStatic inset={{ default: 'insetNone' }} className="weft-tab__toolbar">
      <ToolbarContent>
        <ToolbarGroup gap={{ default: 'gapSm' }}>
          <ToolbarItem>
            <SimpleMenu
              id="wpl_pods"
              label={t('logs.pod')}
              value={state.pod ?? pods[0]?.name ?? ''}
              choices={[...pods.map(({ name }) => ({ value: name, text: name })), ...(pods.length > 1 ? [{ value: '*', text: t('logs.allPods') }] : [])]}
              onChange={(pod) => patch({ pod })}
            />
          </ToolbarItem>
          <ToolbarItem>
            <FilterText id="log_show" label={t('logs.show')} value={state.show} onApply={(show) => patch({ show })} />
          </ToolbarItem>
          <ToolbarItem>
            <FilterText id="log_hide" label={t('logs.hide')} value={state.hide} onApply={(hide) => patch({ hide })} />
          </ToolbarItem>
          <ToolbarItem alignSelf="center">
            <SpansControl id="log-spans" isOn={state.spans} limit={state.spanLimit} onChange={patch} />
          </ToolbarItem>
        </ToolbarGroup>
        <ToolbarGroup align={{ default: 'alignEnd' }} gap={{ default: 'gapXs' }}>
          <ToolbarItem>
            <SimpleMenu
              id="wpl_maxLines"
              label={t('logs.maxLines')}
              value={state.maxLines}
              choices={lineLimits.map((value) => ({ value: Number(value), text: value === 0 ? t('logs.maxLines.all') : t('logs.maxLines.of', { count: value }) }))}
              onChange={(maxLines) => patch({ maxLines })}
            />
          </ToolbarItem>
          <ToolbarItem>
            <Tooltip content={t(copied ? 'action.copied' : 'logs.copy')}>
              <Button variant="plain" aria-label={t('logs.copy')} icon={<CopyIcon />} onClick={copy} />
            </Tooltip>
          </ToolbarItem>
          <ToolbarItem>
            <Tooltip content={t('logs.fullscreen')}>
              <Button variant="plain" aria-label={t('logs.fullscreen')} icon={<ExpandIcon />} onClick={() => void (document.fullscreenElement ? document.exitFullscreen() : frame.current?.requestFullscreen())} />
            </Tooltip>
          </ToolbarItem>
          <ToolbarItem>
            <Dropdown
              isOpen={menu}
              onOpenChange={setMenu}
              onSelect={() => setMenu(false)}
              popperProps={{ position: 'end', appendTo: () => frame.current ?? document.body }}
              toggle={(ref) => <MenuToggle ref={ref} variant="plain" isExpanded={menu} aria-label={t('action.more')} icon={<EllipsisVIcon />} onClick={() => setMenu(!menu)} />}
            >
              <DropdownList>
                <DropdownItem onClick={() => patch({ isRegex: !state.isRegex })}>{t(state.isRegex ? 'logs.substring' : 'logs.regex')}</DropdownItem>
                <DropdownItem onClick={() => patch({ timestamps: !state.timestamps })}>{t(state.timestamps ? 'logs.noTimestamps' : 'logs.timestamps')}</DropdownItem>
                <DropdownItem onClick={() => patch({ wrap: !state.wrap })}>{t(state.wrap ? 'logs.noWrap' : 'logs.wrap')}</DropdownItem>
                {proxyPod !== undefined &&
                  proxyLevels.map((level) => (
                    <DropdownItem key={level} onClick={() => void setLevel(proxyPod, level)}>
                      {t('logs.proxyLevel', { level })}
                    </DropdownItem>
                  ))}
                <DropdownItem onClick={() => saveText(`${state.pod ?? pods[0]?.name ?? 'log'}.log`, asText(lines, true))}>{t('action.download')}</DropdownItem>
              </DropdownList>
            </Dropdown>
          </ToolbarItem>
        </ToolbarGroup>
      </ToolbarContent>
      <ToolbarContent>
        <ToolbarGroup gap={{ default: 'gapMd' }}>
          {containers.map((name) => (
            <ToolbarItem key={name} alignSelf="center">
              <Checkbox
                id={`container-${name}`}
                label={
                  <span className="weft-row">
                    <span className="weft-chart__dot" style={{ background: containerColor(name, containers, theme === 'dark') }} /> {name}
                  </span>
                }
                isChecked={!state.off.includes(name)}
                onChange={(_, on) => patch({ off: on ? state.off.filter((other) => other !== name) : [...state.off, name] })}
              />
            </ToolbarItem>
          ))}
          <ToolbarItem alignSelf="center" className="weft-subtle">
            {lines.length === total ? t('logs.count', { count: total }) : t('logs.countOf', { count: lines.length, total })}
            {state.isRegex && ` · ${t('logs.isRegex')}`}
          </ToolbarItem>
        </ToolbarGroup>
        {error !== null && (
          <FormHelperText>
            <HelperText>
              <HelperTextItem variant="error">{error}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        )}
      </ToolbarContent>
    </Toolbar>
  );
}

/** Applied a moment after the last key, and by Enter. */
function FilterText({ id, label, value, onApply }: { readonly id: string; readonly label: string; readonly value: string; readonly onApply: (value: string) => void }) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  useEffect(() => {
    if (draft === value) return;
    const timer = setTimeout(() => onApply(draft), 300);
    return () => clearTimeout(timer);
  }, [draft]);
  return <SearchInput id={id} aria-label={label} placeholder={label} value={draft} onChange={(_, next) => setDraft(next)} onClear={() => setDraft('')} className="weft-logs__filter" />;
}
