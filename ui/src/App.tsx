import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import { checkSession } from './access/session';
import { SessionGate } from './access/SessionGate';
import { ApiError } from './api/http';
import { Loading } from './shell/Loading';
import { NotFound } from './shell/NotFound';
import { PageErrorBoundary } from './shell/PageErrorBoundary';
import { notifications } from './shell/notifications';
import { sourceOf } from './shell/PageMessage';
import { Shell } from './shell/Shell';
import { DefaultsGate } from './settings/DefaultsGate';
import { preferences, startAddress } from './settings/preferences';
import { RefreshProvider } from './time/Refresh';
// Behind the styles of PatternFly's components, which they change.
import './console.css';
import './shell/shell.css';
import './shell/layout.css';

// One file per page: what a user does not open is not loaded.
const GraphPage = lazy(() => import('./graph/GraphPage').then((module) => ({ default: module.GraphPage })));
const NamespaceListPage = lazy(() => import('./namespaces/NamespaceListPage').then((module) => ({ default: module.NamespaceListPage })));
const EntityListPage = lazy(() => import('./lists/EntityListPage').then((module) => ({ default: module.EntityListPage })));
const IstioListPage = lazy(() => import('./istio/IstioListPage').then((module) => ({ default: module.IstioListPage })));
const OverviewPage = lazy(() => import('./overview/OverviewPage').then((module) => ({ default: module.OverviewPage })));
const IstioObjectPage = lazy(() => import('./istio/IstioObjectPage').then((module) => ({ default: module.IstioObjectPage })));
const MeshPage = lazy(() => import('./mesh/MeshPage').then((module) => ({ default: module.MeshPage })));
const TracingPage = lazy(() => import('./traces/TracingPage').then((module) => ({ default: module.TracingPage })));
const DetailsPage = lazy(() => import('./details/DetailsPage').then((module) => ({ default: module.DetailsPage })));
const NamespacePage = lazy(() => import('./details/NamespacePage').then((module) => ({ default: module.NamespacePage })));

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A page shows its failures itself; the drawer keeps them.
    onError: (error, query) => {
      // The session has ended, which the gate shows.
      if (error instanceof ApiError && error.status === 401) return checkSession(queries);
      if (query.meta?.quiet !== true && !(error instanceof ApiError && error.status === 404)) notifications.notify('danger', error.message, sourceOf(error));
    },
  }),
  defaultOptions: {
    queries: {
      // A refusal stays one; only a server out of reach is asked again at once.
      retry: (count, error) => count < 2 && error instanceof ApiError && error.status === null,
      retryDelay: 700,
      refetchOnWindowFocus: false,
      staleTime: 30_000,
    },
  },
});

const graphPaths = [
  '/graph/namespaces',
  '/graph/node/namespaces/:namespace/applications/:application',
  '/graph/node/namespaces/:namespace/applications/:application/versions/:version',
  '/graph/node/namespaces/:namespace/services/:service',
  '/graph/node/namespaces/:namespace/workloads/:workload',
  '/graph/node/namespaces/:namespace/aggregates/:aggregate/:value',
];

export function App({ basename }: { readonly basename: string }) {
  return (
    <QueryClientProvider client={queries}>
      {/* Controls whose state is in the URL change at once, not when a page of a large mesh has been drawn. */}
      <BrowserRouter basename={basename} useTransitions={false}>
        <SessionGate>
          <DefaultsGate>
            <RefreshProvider>
              <Shell>
                <Pages />
              </Shell>
            </RefreshProvider>
          </DefaultsGate>
        </SessionGate>
      </BrowserRouter>
    </QueryClientProvider>
  );
}

/** The addresses are Kiali's. A page that fails is left by going to another. */
function Pages() {
  const { pathname } = useLocation();
  return (
    <PageErrorBoundary key={pathname}>
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route path="/" element={<Navigate to={startAddress(preferences())} replace />} />
          {graphPaths.map((path) => (
            <Route key={path} path={path} element={<GraphPage />} />
          ))}
          <Route path="/overview" element={<OverviewPage />} />
          <Route path="/mesh" element={<MeshPage />} />
          <Route path="/tracing" element={<TracingPage />} />
          <Route path="/namespaces" element={<NamespaceListPage />} />
          {(['applications', 'workloads', 'services'] as const).map((kind) => (
            <Route key={kind} path={`/${kind}`} element={<EntityListPage key={kind} kind={kind} />} />
          ))}
          <Route path="/namespaces/:namespace" element={<NamespacePage />} />
          {(['applications', 'workloads', 'services'] as const).map((kind) => (
            <Route key={kind} path={`/namespaces/:namespace/${kind}/:name`} element={<DetailsPage key={kind} kind={kind} />} />
          ))}
          <Route path="/istio" element={<IstioListPage />} />
          <Route path="/namespaces/:namespace/istio/:group/:version/:kind/:name" element={<IstioObjectPage />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </PageErrorBoundary>
  );
}
