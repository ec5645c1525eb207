import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchFrame } from './fetchFrame';

const request = { path: 'api/namespaces/graph', query: { namespaces: ['young'], graphType: 'versionedApp', queryTime: 100 } };
const refusal = 'Namespace [young] did not exist at requested queryTime [1970-01-01 00:01:40 +0000 UTC]';

describe('a frame of a replay', () => {
  afterEach(() => vi.restoreAllMocks());

  const answer = (error: string, status = 400) => vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(JSON.stringify({ error }), { status }));

  it('is empty before its namespace was there', async () => {
    answer(refusal);
    expect(await fetchFrame(request, undefined)).toEqual({ timestamp: 100, duration: 0, graphType: 'versionedApp', nodes: [], edges: [] });
  });

  it('tells every other refusal, and this one where no time was asked for', async () => {
    answer('Invalid graphType [x]');
    await expect(fetchFrame(request, undefined)).rejects.toThrow('Invalid graphType [x]');
    answer(refusal);
    await expect(fetchFrame({ ...request, query: { ...request.query, queryTime: null } }, undefined)).rejects.toThrow(refusal);
  });
});
