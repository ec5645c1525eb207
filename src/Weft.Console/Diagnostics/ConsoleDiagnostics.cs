using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Weft.Console.Graph;

namespace Weft.Console.Diagnostics;

/// <summary>
/// What the console knows of its own work, under the names of Kiali's internal metrics where it has them, so that its dashboard and alerts fit.
/// One per console; safe for parallel use.
/// </summary>
public sealed partial class ConsoleDiagnostics(TimeProvider time, ILogger<ConsoleDiagnostics> logger)
{
    private readonly DurationFamily _api = new("kiali_api_processing_duration_seconds", "Time until an API request has its answer.", "route");
    private readonly NumberFamily _apiFailures = new("kiali_api_failures_total", "counter", "API requests answered with a status of 500 or more.", "route");
    private readonly DurationFamily _graphs = new("kiali_graph_generation_duration_seconds", "Time to make a graph, queries included.", "graph_kind", "graph_type", "with_service_nodes");
    private readonly DurationFamily _appenders = new("kiali_graph_appender_duration_seconds", "Time of one step of a graph, queries excluded.", "appender");
    private readonly DurationFamily _marshalling = new("kiali_graph_marshal_duration_seconds", "Time to write a graph's JSON.", "graph_type");
    private readonly NumberFamily _nodes = new("kiali_graph_nodes", "gauge", "Nodes of the graph that was made last.", "graph_kind", "graph_type", "with_service_nodes");
    private readonly DurationFamily _prometheus = new("kiali_prometheus_processing_duration_seconds", "Time until a query of the metrics store is answered and read.", "query_group");
    private readonly DurationFamily _health = new("kiali_health_refresh_duration_seconds", "Time to compute the rates that all health is judged by.");
    private readonly NumberFamily _cacheRequests = new("kiali_cache_requests_total", "counter", "Results that were asked for.", "name");
    private readonly NumberFamily _cacheHits = new("kiali_cache_hits_total", "counter", "Results that had been made for somebody else.", "name");
    private readonly NumberFamily _backgroundFailures = new("weft_background_refresh_failures_total", "counter", "Results that could not be made before they were asked for.");

    /// <summary>All metrics in Prometheus' text format, version 0.0.4; then those of the process and of its runtime.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        _api.WriteTo(text);
        _apiFailures.WriteTo(text);
        _graphs.WriteTo(text);
        _appenders.WriteTo(text);
        _marshalling.WriteTo(text);
        _nodes.WriteTo(text);
        _prometheus.WriteTo(text);
        _health.WriteTo(text);
        _cacheRequests.WriteTo(text);
        _cacheHits.WriteTo(text);
        _backgroundFailures.WriteTo(text);
        AppendProcess(text);
        RuntimeMetrics.WriteTo(text);
        return text.ToString();
    }

    /// <summary>A request has been answered. The route is its pattern, never its path.</summary>
    public void Answered(string route, TimeSpan duration, int status)
    {
        _api.Observe(duration, route);
        if (status >= 500)
        {
            _apiFailures.Increment(route);
        }
    }

    /// <summary>The JSON of a graph has been written.</summary>
    public void Marshalled(string graphType, TimeSpan duration) => _marshalling.Observe(duration, graphType);

    internal void GraphMade(GraphOptions options, TrafficGraph graph, TimeSpan duration)
    {
        ReadOnlySpan<string> labels = [options.Focus is null ? "namespace" : "node", Camel(options.GraphType.ToString()), options.InjectServiceNodes ? "true" : "false"];
        _graphs.Observe(duration, labels);
        _nodes.Set(graph.Nodes.Length, labels);
        foreach (var (step, took) in graph.StepTimes)
        {
            _appenders.Observe(took, Camel(step));
        }
    }

    internal void HealthMade(TimeSpan duration) => _health.Observe(duration);

    internal void Cached(string name, bool isHit)
    {
        _cacheRequests.Increment(name);
        if (isHit)
        {
            _cacheHits.Increment(name);
        }
    }

    internal void BackgroundFailed(Exception failure)
    {
        _backgroundFailures.Increment();
        LogNotMade(logger, failure);
    }

    /// <summary>Waits for a query's answer and counts its time, also when it fails.</summary>
    internal async Task<T> AskAsync<T>(string group, Func<Task<T>> ask)
    {
        var started = time.GetTimestamp();
        try
        {
            return await ask().ConfigureAwait(false);
        }
        finally
        {
            _prometheus.Observe(time.GetElapsedTime(started), group);
        }
    }

    private static void AppendProcess(StringBuilder text)
    {
        var processor = Environment.CpuUsage.TotalTime.TotalSeconds;
        text.Append(CultureInfo.InvariantCulture, $"# HELP process_cpu_seconds_total Processor time of the process.\n# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total {processor}\n");
        text.Append(CultureInfo.InvariantCulture, $"# HELP process_resident_memory_bytes Memory of the process.\n# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes {Environment.WorkingSet}\n");
    }

    private static string Camel(string name) => string.Create(CultureInfo.InvariantCulture, $"{char.ToLowerInvariant(name[0])}{name[1..]}");

    [LoggerMessage(Level = LogLevel.Debug, Message = "Not made in the background; the next viewer asks anew")]
    private static partial void LogNotMade(ILogger logger, Exception failure);
}
