using System.Collections.Immutable;

namespace Weft.Observability.Traces.Embedded;

/// <summary>How often spans of one service were children of spans of another.</summary>
internal readonly record struct ServiceDependency(string Parent, string Child, int Calls);

/// <summary>Jaeger's dependency links from the traces themselves; calls within a service are none.</summary>
internal static class ServiceDependencies
{
    public static ImmutableArray<ServiceDependency> Of(IEnumerable<StoredTrace.Snapshot> traces)
    {
        var calls = new Dictionary<(string Parent, string Child), int>();
        foreach (var trace in traces)
            Count(trace.Items, calls);
        return [.. calls.OrderBy(static call => call.Key).Select(static call => new ServiceDependency(call.Key.Parent, call.Key.Child, call.Value))];
    }

    private static void Count(ReadOnlySpan<Span> spans, Dictionary<(string Parent, string Child), int> calls)
    {
        var services = new Dictionary<SpanId, string>(spans.Length);
        foreach (var span in spans)
            services[span.SpanId] = span.Process.ServiceName;
        foreach (var span in spans)
        {
            if (!services.TryGetValue(span.Parent, out var parent) || parent == span.Process.ServiceName)
                continue;
            var key = (parent, span.Process.ServiceName);
            calls[key] = calls.GetValueOrDefault(key) + 1;
        }
    }
}
