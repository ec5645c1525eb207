using System.Collections.Immutable;

namespace Weft.Observability.Traces;

/// <summary>
/// A tracing backend as the console reads it: Jaeger or Tempo, the embedded store's APIs or a real one's. Safe for parallel use.
/// Every failure is a <see cref="TraceQueryException"/>, except cancellation by the caller.
/// </summary>
public interface ITraceSource
{
    /// <summary><c>jaeger</c> or <c>tempo</c>, as Kiali's <c>external_services.tracing.provider</c>.</summary>
    string Provider { get; }

    /// <summary>Matching traces with all their spans, newest first, at most <see cref="TraceQuery.Limit"/>.</summary>
    Task<ImmutableArray<Trace>> FindAsync(TraceQuery query, CancellationToken cancellationToken);

    /// <summary>One trace; null when the backend does not know it.</summary>
    Task<Trace?> GetAsync(TraceId id, CancellationToken cancellationToken);

    /// <summary>The names of all services that reported spans.</summary>
    Task<ImmutableArray<string>> ServicesAsync(CancellationToken cancellationToken);

    /// <summary>Ends when the backend answers at all.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}

/// <summary>Why the tracing backend gave no answer.</summary>
public enum TraceQueryError
{
    /// <summary>The backend could not be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>No answer within the client's time limit.</summary>
    Timeout,

    /// <summary>The backend answered with an error of its own.</summary>
    Rejected,

    /// <summary>The answer is not what the API promises, or too large.</summary>
    InvalidResponse,
}

/// <summary>A question to the tracing backend has failed. Names the address, so that a banner or a log line can.</summary>
public sealed class TraceQueryException(Uri address, TraceQueryError error, string message, Exception? cause = null)
    : Exception($"{message} ({address})", cause)
{
    public Uri Address { get; } = address;

    public TraceQueryError Error { get; } = error;

    /// <summary>The backend's own words, without the address.</summary>
    public string Reason { get; } = message;
}
