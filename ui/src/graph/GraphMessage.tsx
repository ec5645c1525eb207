import { Bullseye, Button, Content, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Spinner } from '@patternfly/react-core';
import { CubesIcon } from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import { TopologyIcon } from '@patternfly/react-icons/dist/esm/icons/topology-icon';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiError } from '../api/http';
import { t } from '../i18n';
import { shortDuration } from '../time/time';
import type { GraphState } from './graphState';
import type { PatchGraph } from './useGraphState';

/** A spinner at once, and after a second what is being waited for. */
export function GraphLoading({ namespaces, duration }: { readonly namespaces: number; readonly duration: number }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 1000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Bullseye>
      <EmptyState titleText={t('graph.loading')} headingLevel="h2" icon={() => <Spinner size="xl" aria-label={t('graph.loading')} />}>
        <EmptyStateBody>{slow && t('graph.loading.slow', { count: namespaces, duration: shortDuration(duration) })}</EmptyStateBody>
      </EmptyState>
    </Bullseye>
  );
}

/** Names the source that failed, in the server's own words. */
export function GraphError({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <Message icon="danger" title={t('graph.error')} actions={[[t('graph.error.again'), onRetry]]}>
      <Content component="p" data-test="graph-error-text">
        {error.message}
      </Content>
      {error instanceof ApiError && (
        <Content component="small">
          {error.detail !== null && <span>{error.detail} </span>}
          {error.status === null
            ? t('graph.error.unreachable', { path: shortPath(error.path) })
            : t('graph.error.source', { path: shortPath(error.path), status: error.status })}
        </Content>
      )}
    </Message>
  );
}

export function NoNamespace({ hasNamespaces, onAll }: { readonly hasNamespaces: boolean; readonly onAll: () => void }) {
  return hasNamespaces ? (
    <Message icon="topology" title={t('graph.noNamespace')} actions={[[t('graph.noNamespace.action'), onAll]]}>
      {t('graph.noNamespace.text')}
    </Message>
  ) : (
    <Message icon="cubes" title={t('graph.noNamespaces')} actions={[]}>
      {t('graph.noNamespaces.text')}
    </Message>
  );
}

interface EmptyProps {
  readonly state: GraphState;
  readonly namespaces: readonly string[];
  readonly canShowIdle: boolean;
  readonly patch: PatchGraph;
}

export function EmptyGraph({ state, namespaces, canShowIdle, patch }: EmptyProps) {
  const actions: (readonly [string, () => void])[] = [];
  if (canShowIdle) actions.push([t('graph.empty.idle'), () => patch({ idleNodes: true })]);
  if (state.duration < 600) actions.push([t('graph.empty.longer'), () => patch({ duration: 600 })]);
  return (
    <Message icon="topology" title={t('graph.empty')} actions={actions}>
      {t('graph.empty.text', { namespaces: namespaces.join(', '), duration: shortDuration(state.duration) })}
    </Message>
  );
}

export function AllHidden({ onShow }: { readonly onShow: () => void }) {
  return (
    <Message icon="topology" title={t('graph.empty.hidden')} actions={[[t('graph.empty.unhide'), onShow]]}>
      {t('graph.empty.hidden.text')}
    </Message>
  );
}

export function ManualRefresh({ onRefresh }: { readonly onRefresh: () => void }) {
  return (
    <Message icon="topology" title={t('graph.manual')} actions={[[t('time.refreshNow'), onRefresh]]}>
      {t('graph.manual.text')}
    </Message>
  );
}

interface MessageProps {
  readonly icon: 'danger' | 'topology' | 'cubes';
  readonly title: string;
  readonly actions: readonly (readonly [text: string, act: () => void])[];
  readonly children: ReactNode;
}

function Message({ icon, title, actions, children }: MessageProps) {
  const look = icon === 'danger' ? { status: 'danger' as const } : { icon: icon === 'cubes' ? CubesIcon : TopologyIcon };
  return (
    <Bullseye>
      <EmptyState titleText={title} headingLevel="h2" data-test="graph-message" {...look}>
        <EmptyStateBody>{children}</EmptyStateBody>
        {actions.length > 0 && (
          <EmptyStateFooter>
            <EmptyStateActions>
              {actions.map(([text, act], i) => (
                <Button key={text} variant={i === 0 ? 'primary' : 'secondary'} onClick={act}>
                  {text}
                </Button>
              ))}
            </EmptyStateActions>
          </EmptyStateFooter>
        )}
      </EmptyState>
    </Bullseye>
  );
}

function shortPath(path: string): string {
  return `/${path.split('?')[0] ?? path}`;
}
