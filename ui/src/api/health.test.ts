import { describe, expect, it } from 'vitest';
import { errorCodes, errorShare } from './health';

describe('errors of requests', () => {
  const rates = { http: { '200': 6, '404': 1, '503': 2, '-': 0 }, grpc: { '0': 0.5, '14': 0.5 } };

  it('are a share of all of them', () => expect(errorShare(rates)).toEqual({ total: 10, errors: 3.5 }));

  it('are told by their codes, the most frequent first', () => {
    expect(errorCodes(rates)).toEqual([
      { protocol: 'http', code: '503', share: 20 },
      { protocol: 'http', code: '404', share: 10 },
      { protocol: 'grpc', code: '14', share: 5 },
    ]);
    expect(errorCodes({ http: { '-': 1 } })).toEqual([{ protocol: 'http', code: '-', share: 100 }]);
    expect(errorCodes({})).toEqual([]);
  });
});
