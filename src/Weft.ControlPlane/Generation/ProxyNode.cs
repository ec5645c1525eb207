using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Mesh;

namespace Weft.ControlPlane.Generation;

/// <summary>What role a proxy plays; the first part of its node id.</summary>
public enum ProxyType
{
    Sidecar,
    Router,
}

/// <summary>A connected proxy as it describes itself in its first request: Istio's node id and metadata.</summary>
public sealed record ProxyNode
{
    public required string Id { get; init; }

    public ProxyType Type { get; init; }

    /// <summary>The address other proxies reach it by.</summary>
    public required string Address { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public ImmutableArray<string> Addresses { get; init; } = [];

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public Istio.Snapshot.Locality Locality { get; init; } = Istio.Snapshot.Locality.None;

    public string NodeName { get; init; } = "";

    /// <summary>The network it is in; empty for none.</summary>
    public string Network { get; init; } = "";

    /// <summary>The networks whose endpoints it asks for, as gateways between networks do; empty for all.</summary>
    public ImmutableArray<string> NetworkView { get; init; } = [];

    public string ServiceAccount { get; init; } = "";

    public string WorkloadName { get; init; } = "";

    /// <summary>The name by which it reports spans: the workload's application and namespace.</summary>
    public string Cluster { get; init; } = "";

    public string ClusterId { get; init; } = "";

    public string MeshId { get; init; } = "";

    public string IstioVersion { get; init; } = "";

    /// <summary>REDIRECT, TPROXY or NONE.</summary>
    public string InterceptionMode { get; init; } = "REDIRECT";

    /// <summary>A gRPC library that takes its configuration itself instead of from a sidecar.</summary>
    public bool IsProxyless { get; init; }

    public bool CapturesDns { get; init; }

    public bool AcceptsHttp10 { get; init; }

    /// <summary>Where it serves as a proxy for HTTP; 0 where the mesh's port holds.</summary>
    public int HttpProxyPort { get; init; }

    /// <summary>The metadata's PROXY_CONFIG; null when it sent none.</summary>
    public Struct? ProxyConfig { get; init; }

    /// <summary>The pod may not bind ports below 1024.</summary>
    public bool IsUnprivileged { get; init; }

    /// <summary>ProxyConfig.tracing of its own configuration; null when it sent no configuration, so that the mesh's default holds.</summary>
    public ProxyTracing? Tracing { get; init; }

    public bool BindsPorts => InterceptionMode == "NONE";

    public CanonicalService Canonical => CanonicalService.Of(Labels, "");

    public string PodId => $"{Name}.{Namespace}";

    /// <summary>Null when the id is not of Istio's form type~ip~name.namespace~domain.</summary>
    public static ProxyNode? From(Node node)
    {
        var parts = node.Id.Split('~');
        if (parts.Length != 4 || TypeOf(parts[0]) is not { } type)
        {
            return null;
        }

        var metadata = node.Metadata?.Fields ?? new MapField<string, Value>();
        var dot = parts[2].LastIndexOf('.');
        var domainNamespace = parts[3].Split('.')[0];
        var config = metadata.TryGetValue("PROXY_CONFIG", out var stated) ? stated.StructValue : null;
        return new ProxyNode
        {
            Id = node.Id,
            Type = type,
            Address = parts[1],
            Addresses = AddressesOf(parts[1], Text(metadata, "INSTANCE_IPS")),
            Name = Text(metadata, "NAME") is { Length: > 0 } name ? name : dot < 0 ? parts[2] : parts[2][..dot],
            Namespace = Text(metadata, "NAMESPACE") is { Length: > 0 } ownNamespace ? ownNamespace : dot < 0 ? domainNamespace : parts[2][(dot + 1)..],
            Labels = LabelsOf(metadata),
            Locality = new(node.Locality?.Region ?? "", node.Locality?.Zone ?? "", node.Locality?.SubZone ?? ""),
            NodeName = Text(metadata, "NODE_NAME"),
            Network = Text(metadata, "NETWORK"),
            NetworkView = [.. Text(metadata, "REQUESTED_NETWORK_VIEW").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            ServiceAccount = Text(metadata, "SERVICE_ACCOUNT"),
            WorkloadName = Text(metadata, "WORKLOAD_NAME"),
            ClusterId = Text(metadata, "CLUSTER_ID"),
            MeshId = Text(metadata, "MESH_ID"),
            IstioVersion = Text(metadata, "ISTIO_VERSION"),
            InterceptionMode = Text(metadata, "INTERCEPTION_MODE") is { Length: > 0 } mode ? mode : "REDIRECT",
            IsProxyless = Text(metadata, "GENERATOR") == "grpc",
            CapturesDns = IsTrue(metadata, "DNS_CAPTURE"),
            AcceptsHttp10 = IsTrue(metadata, "HTTP10"),
            HttpProxyPort = int.TryParse(Text(metadata, "HTTP_PROXY_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var proxyPort) ? proxyPort : 0,
            ProxyConfig = config,
            IsUnprivileged = IsTrue(metadata, "UNPRIVILEGED_POD"),
            Tracing = config is null ? null : ProxyTracing.Of(JsonNode.Parse(JsonFormatter.Default.Format(config))),
            Cluster = node.Cluster,
        };
    }

    private static ProxyType? TypeOf(string text) => text switch
    {
        "sidecar" => ProxyType.Sidecar,
        "router" => ProxyType.Router,
        _ => null,
    };

    private static ImmutableArray<string> AddressesOf(string address, string instanceIps) =>
        instanceIps.Length == 0 ? [address] : [.. instanceIps.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static ImmutableDictionary<string, string> LabelsOf(MapField<string, Value> metadata) =>
        metadata.TryGetValue("LABELS", out var labels) && labels.KindCase == Value.KindOneofCase.StructValue
            ? labels.StructValue.Fields.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.StringValue)
            : ImmutableDictionary<string, string>.Empty;

    private static string Text(MapField<string, Value> metadata, string key) =>
        metadata.TryGetValue(key, out var value) && value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue : "";

    private static bool IsTrue(MapField<string, Value> metadata, string key) =>
        metadata.TryGetValue(key, out var value) && (value.BoolValue || value.StringValue is "true" or "1");
}
