using System.Collections.Immutable;
using System.Globalization;

namespace Weft.Console.Graph.Telemetry;

/// <summary>
/// Writes the queries of a graph. For one namespace they are, character for character, those that Kiali 2.30 sends; several namespaces
/// are matched by one expression each, so the number of queries does not grow with the number of namespaces.
/// </summary>
public static class GraphQueryPlan
{
    private const string PeerLabels =
        "source_cluster,source_workload_namespace,source_workload,source_canonical_service,source_canonical_revision,"
        + "destination_cluster,destination_service_namespace,destination_service,destination_service_name,destination_workload_namespace,"
        + "destination_workload,destination_canonical_service,destination_canonical_revision";

    private const string RequestLabels = PeerLabels + ",request_protocol,response_code,grpc_response_status,response_flags";
    private const int MostNamed = 200;

    private const string TcpLabels = "app," + PeerLabels + ",response_flags";

    private const string SecurityLabels =
        "source_cluster,source_workload_namespace,source_workload,source_canonical_service,source_canonical_revision,source_principal,"
        + "destination_cluster,destination_service_namespace,destination_service_name,destination_workload_namespace,"
        + "destination_workload,destination_canonical_service,destination_canonical_revision,destination_principal,connection_security_policy";

    internal const string ExtensionRequests = "kiali_ext_requests_total";

    private const string ExtensionPeerLabels = "source_cluster, source_is_root, source_namespace, source_name";

    public static ImmutableArray<GraphQuery> For(GraphOptions options, IEnumerable<QueryGroup> groups)
    {
        var queries = ImmutableArray.CreateBuilder<GraphQuery>();
        foreach (var group in groups)
        {
            var scope = new QueryScope(options, group);
            AddBase(queries, scope);
            AddResponseTime(queries, scope);
            AddSecurityPolicy(queries, scope);
            AddThroughput(queries, scope);
            AddAggregate(queries, scope);
        }

        AddExtensions(queries, options);
        return queries.ToImmutable();
    }

    /// <summary>The query about some services only; as it is when they are too many to be named.</summary>
    internal static GraphQuery Narrowed(GraphQuery query, IReadOnlyCollection<string> services)
    {
        if (services.Count > MostNamed)
        {
            return query;
        }

        // A closing brace ends a selector: names of namespaces have none.
        var names = PromText.Quote(string.Join('|', services.Select(PromText.Pattern)));
        return query with { Text = query.Text.Replace("}", $",destination_service_name=~{names}}}", StringComparison.Ordinal) };
    }

    private static void AddBase(ImmutableArray<GraphQuery>.Builder queries, QueryScope scope)
    {
        foreach (var (kind, metric) in BaseMetrics(scope.Options))
        {
            var groupBy = kind switch
            {
                TelemetryKind.Requests => RequestLabels,
                TelemetryKind.Tcp => TcpLabels,
                _ => PeerLabels,
            };
            foreach (var selector in BaseSelectors(scope, kind))
            {
                var idle = scope.Options.IncludeIdleEdges ? "" : "> 0";
                var space = scope.Options.Focus?.Kind == FocusKind.Aggregate ? "" : " ";
                queries.Add(new GraphQuery(kind, metric, Round($"sum(rate({metric}{{{selector}}}{space}{scope.Window})) by ({groupBy}) {idle}"), null));
            }
        }
    }

    private static IEnumerable<(TelemetryKind Kind, string Metric)> BaseMetrics(GraphOptions options)
    {
        if (options.Focus?.Kind == FocusKind.Aggregate)
        {
            return options.HasRequestTraffic ? [(TelemetryKind.Requests, "istio_requests_total")] : [];
        }

        return RequestMetrics(options).Concat(TcpMetrics(options.TcpRate).Select(metric => (TelemetryKind.Tcp, metric)));
    }

    private static IEnumerable<(TelemetryKind Kind, string Metric)> RequestMetrics(GraphOptions options)
    {
        if (options.HasRequestTraffic)
        {
            yield return (TelemetryKind.Requests, "istio_requests_total");
        }

        if (options.GrpcRate is GrpcRate.Sent or GrpcRate.Total)
        {
            yield return (TelemetryKind.GrpcMessages, "istio_request_messages_total");
        }

        if (options.GrpcRate is GrpcRate.Received or GrpcRate.Total)
        {
            yield return (TelemetryKind.GrpcMessages, "istio_response_messages_total");
        }
    }

    /// <summary>Istio counts TCP from the server's point of view: what the client sent is "received" (istio/istio#32399).</summary>
    private static IEnumerable<string> TcpMetrics(TcpRate rate) => rate switch
    {
        TcpRate.Sent => ["istio_tcp_received_bytes_total"],
        TcpRate.Received => ["istio_tcp_sent_bytes_total"],
        TcpRate.Total => ["istio_tcp_received_bytes_total", "istio_tcp_sent_bytes_total"],
        _ => [],
    };

    private static IEnumerable<string> BaseSelectors(QueryScope scope, TelemetryKind kind) =>
        scope.Options.Focus is { } focus ? FocusSelectors.Of(scope, focus, kind) : NamespaceSelectors(scope, kind);

    private static IEnumerable<string> NamespaceSelectors(QueryScope scope, TelemetryKind kind)
    {
        var app = kind == TelemetryKind.Tcp ? scope.WithoutZtunnel : "";
        yield return $"{app}{scope.Source},{scope.OutsideSource},destination_workload_namespace=\"unknown\",destination_workload=\"unknown\",destination_service=~\"^.+\\\\.{scope.NamespacePattern}\\\\..+$\"";
        if (scope.HasAmbient && kind != TelemetryKind.Tcp)
        {
            // An ambient pod without a waypoint reports no requests; a caller with a sidecar does.
            yield return $"reporter=\"source\",{scope.OutsideSource},destination_workload_namespace{scope.InAmbient}";
        }

        yield return $"{app}{scope.Destination},destination_workload_namespace{scope.InNamespaces}";
        yield return $"{app}{scope.Source},source_workload_namespace{scope.InNamespaces}";
    }

    private static void AddResponseTime(ImmutableArray<GraphQuery>.Builder queries, QueryScope scope)
    {
        if (!scope.Options.Wants(AppenderNames.ResponseTime) || !scope.Options.HasRequestTraffic)
        {
            return;
        }

        foreach (var part in scope.Parts())
        {
            AddOne(part, $"{part.Destination},destination_service_namespace{part.InNamespaces}", fillsGaps: false);
        }

        AddOne(scope, $"{scope.Source},source_workload_namespace{scope.InNamespaces}", fillsGaps: scope.IsOfMany);

        void AddOne(QueryScope asked, string selector, bool fillsGaps)
        {
            const string Metric = "istio_request_duration_milliseconds";
            var labels = PeerLabels + ",request_protocol";
            var text = asked.Options.ResponseTime == "avg"
                ? $"sum(rate({Metric}_sum{{{selector}}}{asked.Window})) by ({labels}) / sum(rate({Metric}_count{{{selector}}}{asked.Window})) by ({labels}) > 0"
                : $"histogram_quantile(0.{asked.Options.ResponseTime}, sum(rate({Metric}_bucket{{{selector}}}{asked.Window})) by (le,{labels})) > 0";
            queries.Add(new GraphQuery(TelemetryKind.ResponseTime, Metric, Round(text), null) { FillsGaps = fillsGaps });
        }
    }

    private static void AddSecurityPolicy(ImmutableArray<GraphQuery>.Builder queries, QueryScope scope)
    {
        var options = scope.Options;
        if (!options.Wants(AppenderNames.SecurityPolicy))
        {
            return;
        }

        var metrics = RequestMetrics(options).Select(metric => (metric.Metric, App: "")).ToList();
        // Not swapped as in the base queries: the share of mTLS is the same in both directions.
        string[] tcp = options.TcpRate switch
        {
            TcpRate.Sent => ["istio_tcp_sent_bytes_total"],
            TcpRate.Received => ["istio_tcp_received_bytes_total"],
            TcpRate.Total => ["istio_tcp_sent_bytes_total", "istio_tcp_received_bytes_total"],
            _ => [],
        };
        metrics.AddRange(tcp.Select(metric => (metric, scope.WithoutZtunnel)));
        if (metrics.Count == 0)
        {
            return;
        }

        var outside = $"{scope.Destination},{scope.OutsideSource},destination_service_namespace{scope.InNamespaces}";
        var inside = $"{scope.Destination},source_workload_namespace{scope.InNamespaces}";
        var ztunnel = options.AmbientTraffic is AmbientTraffic.Total or AmbientTraffic.Ztunnel
            ? tcp.Select(metric => Term(metric, $"app=\"ztunnel\",reporter=\"source\",source_workload_namespace{scope.InNamespaces}"))
            : [];
        AddAny(metrics.Select(metric => Term(metric.Metric, metric.App + outside)));
        AddAny(metrics.Select(metric => Term(metric.Metric, metric.App + inside)).Concat(ztunnel));

        string Term(string metric, string selector) => $"(sum(rate({metric}{{{selector}}}{scope.Window})) by ({SecurityLabels}) > 0)";

        void AddAny(IEnumerable<string> terms) =>
            queries.Add(new GraphQuery(TelemetryKind.SecurityPolicy, "", Round(string.Join(" OR ", terms)), null));
    }

    private static void AddThroughput(ImmutableArray<GraphQuery>.Builder queries, QueryScope scope)
    {
        var options = scope.Options;
        if (!options.Wants(AppenderNames.Throughput) || options.HttpRate == HttpRate.None)
        {
            return;
        }

        var (metric, reporter) = options.RequestThroughput ? ("istio_request_bytes_sum", scope.Source) : ("istio_response_bytes_sum", scope.Destination);
        AddOne($"{reporter},{scope.OutsideSource},destination_service_namespace{scope.InNamespaces}");
        AddOne($"{reporter},source_workload_namespace{scope.InNamespaces}");

        void AddOne(string selector) => queries.Add(new GraphQuery(
            TelemetryKind.Throughput,
            metric,
            Round($"sum(rate({metric}{{{selector}}}{scope.Window})) by ({PeerLabels}) > 0"),
            null));
    }

    private static void AddAggregate(ImmutableArray<GraphQuery>.Builder queries, QueryScope scope)
    {
        var options = scope.Options;
        var isWanted = options.Wants(AppenderNames.AggregateNode) || options.Focus?.Kind == FocusKind.Aggregate;
        if (!isWanted || !options.HasRequestTraffic || options.GraphType == GraphType.Service)
        {
            return;
        }

        if (options.Focus is { Kind: FocusKind.Aggregate } focus)
        {
            AddOne(FocusSelectors.OfAggregate(scope, focus), focus.Name);
            return;
        }

        // Kiali also reads all series without the label, of which nothing is drawn.
        var known = options.Aggregate + (scope.IsOfMany ? "!~\"unknown|\"" : "!=\"unknown\"");
        AddOne($"{scope.Destination},{scope.OutsideSource},destination_service_namespace{scope.InNamespaces},{known}", options.Aggregate);
        AddOne($"{scope.Destination},source_workload_namespace{scope.InNamespaces},{known}", options.Aggregate);

        void AddOne(string selector, string label) => queries.Add(new GraphQuery(
            TelemetryKind.Aggregate,
            "istio_requests_total",
            Round($"sum(rate(istio_requests_total{{{selector}}}{scope.Window})) by ({RequestLabels},{label}) > 0"),
            label));
    }

    /// <summary>Once for the whole graph: extensions know no namespaces of the mesh, nor how old they are.</summary>
    private static void AddExtensions(ImmutableArray<GraphQuery>.Builder queries, GraphOptions options)
    {
        var window = string.Create(CultureInfo.InvariantCulture, $"[{(long)options.Duration.TotalSeconds}s]");
        foreach (var extension in options.Extensions)
        {
            if (options.HttpRate == HttpRate.Requests || options.GrpcRate == GrpcRate.Requests)
            {
                AddOne(extension, ExtensionRequests, $"dest_cluster, dest_namespace, dest_name, flags, protocol, secure, {ExtensionPeerLabels}, status_code");
            }

            foreach (var metric in ExtensionTcpMetrics(options.TcpRate))
            {
                AddOne(extension, metric, $"dest_cluster, dest_namespace, dest_name, flags, secure, {ExtensionPeerLabels}");
            }
        }

        void AddOne(string extension, string metric, string labels)
        {
            var idle = options.IncludeIdleEdges ? "" : "> 0";
            var text = Round($"sum(rate({metric}{{extension={PromText.Quote(extension)}}} {window})) by ({labels}) {idle}");
            queries.Add(new GraphQuery(TelemetryKind.Extension, metric, text, null) { Extension = extension });
        }
    }

    /// <summary>Extensions count from the client's point of view.</summary>
    private static IEnumerable<string> ExtensionTcpMetrics(TcpRate rate) => rate switch
    {
        TcpRate.Received => ["kiali_ext_tcp_received_total"],
        TcpRate.Sent => ["kiali_ext_tcp_sent_total"],
        TcpRate.Total => ["kiali_ext_tcp_received_total", "kiali_ext_tcp_sent_total"],
        _ => [],
    };

    private static string Round(string query) => $"round({query},0.001)";
}
