using System.Collections.Immutable;
using Weft.Console.Inventory;
using Weft.Kubernetes.Watching;
using Weft.Observability.Traces;

namespace Weft.Console.Traces;

/// <summary>What a page asks of traces. The cluster is the home cluster unless <see cref="Cluster"/> names one.</summary>
public sealed record TraceRequest
{
    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public int Limit { get; init; } = TraceQuery.DefaultLimit;

    public TimeSpan? MinDuration { get; init; }

    public ImmutableDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string? Cluster { get; init; }
}

/// <summary>
/// What was found. A backend that does not answer is <see cref="Failure"/> with no traces: the page around it is shown all the same.
/// <see cref="FromAllClusters"/>: the spans do not say of which cluster they are.
/// </summary>
public sealed record FoundTraces(TraceSubject Subject, ImmutableArray<Trace> Traces, bool FromAllClusters = false, string? Failure = null)
{
    /// <summary>The subject's own spans, each with its trace.</summary>
    public IEnumerable<(Span Span, Trace Trace)> Spans => from trace in Traces from span in trace.Spans where Subject.IsOwn(span) select (span, trace);
}

/// <summary>One trace by its id: null when it is not known, with <see cref="Failure"/> when the backend did not answer.</summary>
public sealed record FoundTrace(Trace? Trace, string? Failure = null);

/// <summary>Traces of applications, workloads and services, by Istio's conventions for names and tags. Safe for parallel use.</summary>
public sealed class TraceService(TracingOptions? tracing, SnapshotSource<MeshInventory> inventory, TimeProvider time)
{
    public const string NotEnabled = "Tracing is not enabled";

    /// <summary>Istio's tag for the cluster of the proxy that reported.</summary>
    private const string ClusterTag = "istio.cluster_id";

    /// <summary>Null when the mesh has no tracing backend.</summary>
    public TracingOptions? Options => tracing;

    private bool WithNamespace => tracing?.NamespaceSelector ?? true;

    public Task<FoundTraces> OfAppAsync(string @namespace, string app, TraceRequest request, CancellationToken cancellationToken) =>
        FindAsync(TraceSubject.OfApp(@namespace, app, WithNamespace), request, cancellationToken);

    public Task<FoundTraces> OfServiceAsync(string @namespace, string service, TraceRequest request, CancellationToken cancellationToken) =>
        FindAsync(TraceSubject.OfService(inventory.Current, @namespace, service, WithNamespace), request, cancellationToken);

    public Task<FoundTraces> OfWorkloadAsync(string @namespace, string workload, TraceRequest request, CancellationToken cancellationToken) =>
        FindAsync(TraceSubject.OfWorkload(inventory.Current, @namespace, workload, WithNamespace), request, cancellationToken);

    /// <summary>Traces with an error of the application during the time up to now.</summary>
    public Task<FoundTraces> ErrorsOfAppAsync(string @namespace, string app, TimeSpan duration, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tags = ImmutableDictionary<string, string>.Empty.Add(SpanTags.Error, "true");
        return OfAppAsync(@namespace, app, new TraceRequest { Start = now - duration, End = now, Tags = tags }, cancellationToken);
    }

    public async Task<FoundTrace> GetAsync(TraceId id, CancellationToken cancellationToken)
    {
        if (tracing is null)
        {
            return new FoundTrace(null, NotEnabled);
        }

        try
        {
            return new FoundTrace(await tracing.Source.GetAsync(id, cancellationToken).ConfigureAwait(false));
        }
        catch (TraceQueryException failure)
        {
            return new FoundTrace(null, failure.Message);
        }
    }

    private async Task<FoundTraces> FindAsync(TraceSubject subject, TraceRequest request, CancellationToken cancellationToken)
    {
        if (tracing is null)
        {
            return new FoundTraces(subject, [], Failure: NotEnabled);
        }

        try
        {
            var (traces, fromAll) = await FindAsync(tracing.Source, Query(subject, request), request.Cluster, cancellationToken).ConfigureAwait(false);
            return new FoundTraces(subject, [.. traces.Where(subject.Concerns)], fromAll);
        }
        catch (TraceQueryException failure)
        {
            return new FoundTraces(subject, [], Failure: failure.Message);
        }
    }

    /// <summary>
    /// Of the asked cluster. Applications that report by themselves do not carry Istio's tag: when no cluster was asked for by name and none
    /// is found with the tag, those whose spans do not tell their cluster are taken.
    /// </summary>
    private async Task<(ImmutableArray<Trace> Traces, bool FromAll)> FindAsync(ITraceSource source, TraceQuery query, string? cluster, CancellationToken cancellationToken)
    {
        var tagged = query with { Tags = query.Tags.Add(new(ClusterTag, cluster ?? inventory.Current.Cluster)) };
        var found = await source.FindAsync(tagged, cancellationToken).ConfigureAwait(false);
        if (!found.IsEmpty || cluster is not null)
        {
            return (found, false);
        }

        var all = await source.FindAsync(query, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Trace> untold = [.. all.Where(trace => trace.Spans.All(span => span.Tag(ClusterTag) is null))];
        return (untold, !untold.IsEmpty);
    }

    private TraceQuery Query(TraceSubject subject, TraceRequest request) => new()
    {
        Service = subject.ServiceName,
        Start = request.Start,
        End = request.End,
        Limit = request.Limit,
        MinDuration = request.MinDuration,
        Tags = [.. request.Tags.SetItems(tracing?.QueryScope ?? []).OrderBy(tag => tag.Key, StringComparer.Ordinal)],
    };
}
