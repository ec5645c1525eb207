import { describe, expect, it } from 'vitest';
import { destinationFilters, serviceOf } from './proxyLinks';

describe('where a listener leads', () => {
  it('is a route by its name', () => expect(destinationFilters('Route: redis.guestbook.svc.cluster.local:6379')).toEqual({ envoyTab: 'routes', routeName: 'redis.guestbook.svc.cluster.local:6379' }));
  it('is a cluster by what its name consists of', () => {
    expect(destinationFilters('Cluster: outbound|9080|v1|reviews.bookinfo.svc.cluster.local')).toEqual({ envoyTab: 'clusters', clusterDirection: 'outbound', port: '9080', subset: 'v1', fqdn: 'reviews.bookinfo.svc.cluster.local' });
    expect(destinationFilters('Cluster: inbound|9080||')).toEqual({ envoyTab: 'clusters', clusterDirection: 'inbound', port: '9080' });
  });
  it('is no place for clusters without parts', () => {
    expect(destinationFilters('Cluster: InboundPassthroughCluster')).toBeNull();
    expect(destinationFilters('PassthroughCluster')).toBeNull();
  });
});

describe('the service of a host', () => {
  it('is named with its namespace', () => {
    expect(serviceOf('reviews.bookinfo')).toEqual({ name: 'reviews', namespace: 'bookinfo' });
    expect(serviceOf('reviews.bookinfo.svc.cluster.local')).toEqual({ name: 'reviews', namespace: 'bookinfo' });
  });
  it.each(['*', 'reviews', 'www.googleapis.com', 'details.svc.cluster.local', ''])('is nothing for %s', (host) => expect(serviceOf(host)).toBeNull());
});
