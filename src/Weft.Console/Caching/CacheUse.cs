namespace Weft.Console.Caching;

/// <summary>What became of the requests for shared results since the start.</summary>
/// <param name="Hits">Answered by a result that another one had asked for.</param>
/// <param name="Misses">Made anew.</param>
/// <param name="Evictions">Results forgotten because they were too old or too many.</param>
public readonly record struct CacheUse(long Hits, long Misses, long Evictions);
