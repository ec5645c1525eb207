using System.Collections.Immutable;

namespace Weft.Observability.Traces;

/// <summary>Where a tracing backend is and how patient to be with it.</summary>
public sealed record TraceClientOptions
{
    /// <summary>The address in front of <c>/api</c>; may carry a path prefix (<c>/jaeger</c>, a Tempo tenant).</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The limit of one question, repeats and body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>An answer beyond this many bytes is refused.</summary>
    public int MaxResponseSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Sent as <c>Authorization: Bearer</c> when present; asked for each request.</summary>
    public Func<CancellationToken, ValueTask<string>>? BearerToken { get; init; }

    /// <summary>Sent with each request: <c>X-Scope-OrgID</c>, by which a Tempo of several tenants tells them apart, or what a gateway in front wants.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];
}
