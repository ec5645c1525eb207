using System.Collections.Immutable;

namespace Weft.Observability.Metrics;

/// <summary>Where a Prometheus API is and how patient to be with it.</summary>
public sealed record PrometheusClientOptions
{
    /// <summary>The address in front of <c>/api/v1</c>; may carry a path prefix.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The limit of one request, body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An answer beyond this many bytes is refused.</summary>
    public int MaxResponseSize { get; init; } = 256 * 1024 * 1024;

    /// <summary>Sent as <c>Authorization: Bearer</c> when present; asked for each request.</summary>
    public Func<CancellationToken, ValueTask<string>>? BearerToken { get; init; }

    /// <summary>Sent with each request, as a gateway in front or a store of several tenants wants.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];
}
