namespace Weft.Observability.Metrics;

/// <summary>The grid of a range query: <see cref="Start"/>, then every <see cref="Step"/> up to and including <see cref="End"/>.</summary>
public sealed record QueryRange(DateTimeOffset Start, DateTimeOffset End, TimeSpan Step);
