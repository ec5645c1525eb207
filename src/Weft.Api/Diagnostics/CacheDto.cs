namespace Weft.Api.Diagnostics;

public sealed record GraphCacheDto(long GraphCacheEvictions, long GraphCacheHits, long GraphCacheMisses);

public sealed record HealthCacheDto(long HealthCacheHits, long HealthCacheMisses);
