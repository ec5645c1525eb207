using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;

namespace Weft.Api.Description;

/// <summary>The query parameters of an endpoint, which reads them by itself. Only for its description.</summary>
internal sealed record QueryParameters(ImmutableArray<string> Names)
{
    public static readonly string[] Lists = ["namespaces", "clusterName", "health", "istioResources", "rateInterval", "queryTime"];

    public static readonly string[] Details = ["clusterName", "health", "rateInterval", "queryTime"];

    public static readonly string[] Metrics =
    [
        "clusterName", "duration", "step", "rateInterval", "rateFunc", "queryTime", "direction", "reporter", "requestProtocol", "filters", "byLabels", "quantiles", "avg",
    ];

    public static readonly string[] Traces = ["startMicros", "endMicros", "limit", "minDuration", "tags", "clusterName"];

    public static readonly string[] Graphs =
    [
        "graphType", "duration", "queryTime", "appenders", "boxBy", "injectServiceNodes", "includeIdleEdges", "rateHttp", "rateGrpc", "rateTcp", "ambientTraffic", "responseTime",
        "throughputType", "aggregate", "waypoints", "refreshInterval", "clusterName",
    ];

    /// <summary>A name means the same wherever it stands.</summary>
    private static readonly FrozenDictionary<string, string> Meanings = new Dictionary<string, string>
    {
        ["additionalLabels"] = "More labels to group by, as label:Title, several with commas.",
        ["aggregate"] = "Label whose values become nodes; request_operation when absent.",
        ["ambientTraffic"] = "none, total, waypoint or ztunnel.",
        ["appenders"] = "Names of appenders with commas; absent: all, empty: none.",
        ["avg"] = "Whether histograms are averaged; true when absent.",
        ["boxBy"] = "app, cluster and namespace, with commas.",
        ["byLabels"] = "Labels to group by, with commas, or once each as byLabels[].",
        ["clusterName"] = "The cluster that is meant; the home cluster when absent.",
        ["configVendor"] = "common.",
        ["container"] = "Name of the container; its first one when absent.",
        ["direction"] = "inbound or outbound (when absent).",
        ["duration"] = "How far back: of graphs and logs a duration (10m), of metrics seconds (1800).",
        ["endMicros"] = "The end of the search in microseconds since 1970; now when absent.",
        ["filters"] = "Names of metrics, with commas, or once each as filters[]; all when absent.",
        ["graphType"] = "app, service, versionedApp or workload (when absent).",
        ["gvk"] = "Only this kind, as in apps/v1, Kind=Deployment.",
        ["health"] = "Whether health is asked for; true when absent.",
        ["help"] = "Whether fields are explained; false when absent.",
        ["includeGateways"] = "Whether gateways are shown; false when absent.",
        ["includeIdleEdges"] = "Whether edges without traffic are shown; false when absent.",
        ["includeWaypoints"] = "Whether waypoints are shown; false when absent.",
        ["injectServiceNodes"] = "Whether services stand between callers and workloads; false when absent.",
        ["istioResources"] = "Whether references to configuration are asked for; true when absent.",
        ["labelSelector"] = "A label selector as Kubernetes has them.",
        ["labelsFilters"] = "Labels that series must have, as label:value, several with commas.",
        ["level"] = "off, trace, debug, info, warning, error or critical.",
        ["limit"] = "The most traces; 100 when absent.",
        ["logType"] = "app, or proxy: access logs are read field by field; ztunnel or waypoint: what those write about the pod.",
        ["maxLines"] = "The most lines; the answer tells when there are more.",
        ["minDuration"] = "Only traces that took as many microseconds.",
        ["namespaces"] = "Names with commas; all when absent, except for graphs and metrics.",
        ["objects"] = "Kinds with semicolons, as in networking.istio.io/v1, Kind=Gateway; all when absent.",
        ["onlyDefinitions"] = "Whether services are shown without what the mesh makes of them; true when absent.",
        ["previous"] = "The run of the container before this one.",
        ["quantiles"] = "Quantiles of histograms, with commas, or once each as quantiles[].",
        ["queryTime"] = "Unix seconds; now when absent.",
        ["rateFunc"] = "rate (when absent) or irate.",
        ["rateGrpc"] = "none, received, requests, sent or total.",
        ["rateHttp"] = "none or requests.",
        ["rateInterval"] = "The window of rates: a duration.",
        ["rateTcp"] = "none, received, sent or total.",
        ["rawDataAggregator"] = "sum (when absent), avg, min, max, stddev or stdvar.",
        ["refreshInterval"] = "In milliseconds; when not positive, the graph is hardly shared with others.",
        ["reporter"] = "source (when absent), destination, waypoint, with commas; or both.",
        ["requestProtocol"] = "http or grpc; any when absent.",
        ["responseTime"] = "avg, 50, 95 (when absent) or 99.",
        ["service"] = "Of a waypoint's log, only what is about this Service; when absent, about the pod and all of its Services.",
        ["sinceTime"] = "Only lines since then, in Unix seconds.",
        ["startMicros"] = "The begin of the search in microseconds since 1970.",
        ["step"] = "Seconds between points; 15 when absent.",
        ["tailLines"] = "Only so many lines at the end.",
        ["tags"] = "A JSON object of tags that spans must have.",
        ["throughputType"] = "request or response (when absent).",
        ["type"] = "app, service or workload; all when absent.",
        ["validate"] = "Whether references are asked for; false when absent.",
        ["waypoints"] = "Whether waypoints are shown; true when absent.",
        ["workloadSelector"] = "Labels of a workload with commas: only what selects it.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The meaning of a parameter in a sentence.</summary>
    public static string MeaningOf(string name) => Meanings[name];
}

internal static class QueryParametersExtensions
{
    /// <summary>Describes which query parameters the endpoint reads.</summary>
    public static TBuilder Reads<TBuilder>(this TBuilder endpoint, params string[] names)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new QueryParameters([.. names]));
}
