using System.Collections.Immutable;

namespace Weft.Observability.Traces.Embedded;

/// <summary>Which traces have spans of a service and of its operations. Not safe for parallel use: the store's lock guards it.</summary>
internal sealed class ServiceIndex
{
    private readonly Dictionary<string, ServiceEntry> _services = [];

    public void Add(Span span, StoredTrace trace)
    {
        if (!_services.TryGetValue(span.Process.ServiceName, out var service))
            _services.Add(span.Process.ServiceName, service = new ServiceEntry());
        service.Traces.Add(trace);
        if (!service.Operations.TryGetValue(span.OperationName, out var operation))
            service.Operations.Add(span.OperationName, operation = new OperationEntry());
        operation.Traces.Add(trace);
        operation.Kinds.Add(span.Tag(SpanTags.Kind)?.Text ?? "");
    }

    /// <summary>Forgets the trace; a service and an operation are forgotten with their last trace.</summary>
    public void Remove(StoredTrace trace)
    {
        foreach (var span in trace.Spans.Items)
        {
            if (!_services.TryGetValue(span.Process.ServiceName, out var service))
                continue;
            if (service.Operations.TryGetValue(span.OperationName, out var operation) && operation.Traces.Remove(trace) && operation.Traces.Count == 0)
                service.Operations.Remove(span.OperationName);
            if (service.Traces.Remove(trace) && service.Traces.Count == 0)
                _services.Remove(span.Process.ServiceName);
        }
    }

    public ImmutableArray<string> Names() => [.. _services.Keys.Order(StringComparer.Ordinal)];

    public ImmutableArray<(string Name, string Kind)> Operations(string service) =>
        !_services.TryGetValue(service, out var entry)
            ? []
            : [.. entry.Operations.SelectMany(static operation => operation.Value.Kinds.Select(kind => (operation.Key, kind))).Order()];

    public IReadOnlyCollection<StoredTrace> Traces(string service, string? operation)
    {
        if (!_services.TryGetValue(service, out var entry))
            return [];
        if (operation is null)
            return entry.Traces;
        return entry.Operations.TryGetValue(operation, out var found) ? found.Traces : [];
    }

    private sealed class ServiceEntry
    {
        public HashSet<StoredTrace> Traces { get; } = [];

        public Dictionary<string, OperationEntry> Operations { get; } = [];
    }

    private sealed class OperationEntry
    {
        public HashSet<StoredTrace> Traces { get; } = [];

        public SortedSet<string> Kinds { get; } = new(StringComparer.Ordinal);
    }
}
