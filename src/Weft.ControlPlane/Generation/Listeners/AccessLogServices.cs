using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.Grpc.V3;
using Envoy.Extensions.AccessLoggers.OpenTelemetry.V3;
using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;
using Weft.Istio.Mesh;
using KeyValue = OpenTelemetry.Proto.Trace.V1.KeyValue;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Access logs that are sent to a service: by Envoy's own gRPC protocol, or by OTLP.</summary>
internal static class AccessLogServices
{
    private static readonly ImmutableArray<string> s_peers = ["upstream_peer", "downstream_peer"];
    private static readonly ImmutableArray<string> s_peersOfAllVersions =
        [.. s_peers, "wasm.upstream_peer", "wasm.upstream_peer_id", "wasm.downstream_peer", "wasm.downstream_peer_id"];

    private const string HttpLogger = "envoy.access_loggers.http_grpc";
    private const string TcpLogger = "envoy.tcp_grpc_access_log";

    // The cluster of Istio's bootstrap: the address of it stands in the proxy's own configuration.
    private static readonly ProviderCluster s_ofProxy = new("", "envoy_accesslog_service");
    private static readonly ImmutableArray<string> s_peersOfMesh = ["wasm.upstream_peer", "wasm.upstream_peer_id", "wasm.downstream_peer", "wasm.downstream_peer_id"];

    /// <summary>MeshConfig.enableEnvoyAccessLogService, for requests.</summary>
    public static (string Name, IMessage Config) OfMeshForRequests { get; } = (HttpLogger, new HttpGrpcAccessLogConfig { CommonConfig = Common(s_ofProxy, "http_envoy_accesslog", s_peersOfMesh) });

    /// <summary>The same for connections.</summary>
    public static (string Name, IMessage Config) OfMeshForConnections { get; } = OfMeshForTcp("tcp_envoy_accesslog");

    /// <summary>The same for connections that no filter chain took.</summary>
    public static (string Name, IMessage Config) OfMeshForListeners { get; } = OfMeshForTcp("listener_envoy_accesslog");

    /// <summary>Null when the provider is none of this kind, or the registry does not have its service.</summary>
    public static (string Name, IMessage Config)? Of(ProxyView view, ExtensionProvider provider) => provider switch
    {
        { EnvoyHttpAls: { } http } when Cluster(view, http.Service, http.Port) is { } cluster => (HttpLogger, new HttpGrpcAccessLogConfig
        {
            CommonConfig = Common(cluster, http, "http_envoy_accesslog"),
            AdditionalRequestHeadersToLog = { http.AdditionalRequestHeadersToLog },
            AdditionalResponseHeadersToLog = { http.AdditionalResponseHeadersToLog },
            AdditionalResponseTrailersToLog = { http.AdditionalResponseTrailersToLog },
        }),
        { EnvoyTcpAls: { } tcp } when Cluster(view, tcp.Service, tcp.Port) is { } cluster =>
            (TcpLogger, new TcpGrpcAccessLogConfig { CommonConfig = Common(cluster, tcp, "tcp_envoy_accesslog") }),
        { EnvoyOtelAls: { } otlp } when Cluster(view, otlp.Service, otlp.Port) is { } cluster => ("envoy.access_loggers.open_telemetry", OpenTelemetry(cluster, otlp)),
        _ => null,
    };

    private static (string Name, IMessage Config) OfMeshForTcp(string log) => (TcpLogger, new TcpGrpcAccessLogConfig { CommonConfig = Common(s_ofProxy, log, s_peersOfMesh) });

    private static ProviderCluster? Cluster(ProxyView view, string service, int port) => ProviderCluster.Find(view.Snapshot, service, port);

    private static CommonGrpcAccessLogConfig Common(ProviderCluster cluster, AccessLogServiceProvider provider, string name) =>
        Common(cluster, provider.LogName.Length > 0 ? provider.LogName : name, provider.FilterStateObjectsToLog.Length > 0 ? provider.FilterStateObjectsToLog : s_peers);

    private static CommonGrpcAccessLogConfig Common(ProviderCluster cluster, string name, IEnumerable<string> states) => new()
    {
        LogName = name,
        GrpcService = new GrpcService { EnvoyGrpc = new() { ClusterName = cluster.Cluster, Authority = cluster.Host } },
        TransportApiVersion = ApiVersion.V3,
        FilterStateObjectsToLog = { states },
    };

    private static OpenTelemetryAccessLogConfig OpenTelemetry(ProviderCluster cluster, OpenTelemetryLogProvider provider)
    {
        var text = string.IsNullOrEmpty(provider.LogFormat?.Text) ? AccessLogs.DefaultText : provider.LogFormat.Text;
        var labels = (provider.LogFormat?.Labels ?? []).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => (label.Key, Value: Text(label.Value))).ToList();
        return new OpenTelemetryAccessLogConfig
        {
            CommonConfig = Common(cluster, provider.LogName.Length > 0 ? provider.LogName : "otel_envoy_accesslog", s_peersOfAllVersions),
            DisableBuiltinLabels = true,
            Body = new AnyValue { StringValue = text },
            Attributes = labels.Count == 0 ? null : new KeyValueList { Values = { labels.Select(label => new KeyValue { Key = label.Key, Value = new AnyValue { StringValue = label.Value } }) } },
            Formatters = { AccessLogs.Formatters([text, .. labels.Select(label => label.Value)]) },
        };
    }

    /// <summary>Only texts count as values.</summary>
    private static string Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}
