import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { decodeList } from '../api/lists';
import { pageUnderTest, showPage } from '../testPage';
import { EntityBadges } from './EntityBadges';

const page = pageUnderTest(() => ({}));
const row = { name: 'reviews', namespace: 'bookinfo', istioSidecar: true, appLabel: true, versionLabel: true, gvk: { Group: 'apps', Version: 'v1', Kind: 'Deployment' } };

function show(item: object, checks: readonly object[] = []): void {
  const [decoded] = decodeList('workloads', { workloads: [{ ...row, ...item }], validations: { workload: { 'reviews.bookinfo': { name: 'reviews', valid: false, checks } } } });
  showPage(page, <EntityBadges item={decoded!} isControlPlane={false} />, '/workloads', '/workloads');
}

it('say that no policy covers a workload, when the validation has found that', () => {
  show({}, [{ code: 'KIA1301', severity: 'warning', message: 'not covered', path: '' }]);
  expect(screen.getByText('No authorization policy')).toBeTruthy();
});

it('say nothing of what is as it should be', () => {
  show({}, [{ code: 'KIA0601', severity: 'warning', message: 'other', path: '' }]);
  expect(document.body.textContent).toBe('');
});

it('lead to the description of an API, where it is an address', () => {
  show({ additionalDetailSample: { title: 'API Documentation', value: 'https://api.example/reviews', icon: 'rest' } });
  expect(screen.getByRole('link', { name: 'REST API' }).getAttribute('href')).toBe('https://api.example/reviews');
});

it('are no link where an annotation holds something else', () => {
  show({ additionalDetailSample: { title: 'API Documentation', value: 'javascript:alert(1)', icon: 'grpc' } });
  expect(screen.getByText('gRPC API')).toBeTruthy();
  expect(screen.queryByRole('link')).toBeNull();
});
