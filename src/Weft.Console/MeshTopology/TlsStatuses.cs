using System.Text.Json.Nodes;
using Weft.Console.IstioConfig;
using Weft.Console.Inventory;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Watching;

namespace Weft.Console.MeshTopology;

/// <summary>How far mutual TLS is on, in Kiali's words (<c>MTLS_ENABLED</c>, <c>UNSET</c>, ...).</summary>
/// <param name="AutoMtls">Clients use mutual TLS by themselves where they can.</param>
public sealed record TlsStatus(string Status, bool AutoMtls)
{
    public const string Enabled = "MTLS_ENABLED";
    public const string PartiallyEnabled = "MTLS_PARTIALLY_ENABLED";
    public const string NotEnabled = "MTLS_NOT_ENABLED";
    public const string Disabled = "MTLS_DISABLED";
    public const string ValidationError = "MTLS_VALIDATION_ERROR";
    public const string Unset = "UNSET";
    public const string InheritedStrict = "UNSET_INHERITED_STRICT";
    public const string InheritedDisabled = "UNSET_INHERITED_DISABLED";
}

/// <summary>What namespace-wide and mesh-wide PeerAuthentications and DestinationRules make of mutual TLS.</summary>
public sealed class TlsStatuses(SnapshotSource<MeshInventory> inventory)
{
    /// <summary>The lowest TLS version of workloads: <c>TLSV1_3</c> when the mesh configuration asks for it, else <c>TLSV1_2</c>.</summary>
    public string MinimumVersion => inventory.Current.Config.MeshMTLS?.MinProtocolVersion is "TLSV1_3" ? "TLSV1_3" : "TLSV1_2";

    public TlsStatus OfMesh() => OfMesh(inventory.Current);

    public TlsStatus OfNamespace(string @namespace)
    {
        var mesh = inventory.Current;
        var overall = OfMesh(mesh);
        if (@namespace == mesh.Config.RootNamespace)
        {
            return overall;
        }

        var server = PeerModeOf(mesh, @namespace);
        var client = ClientModeOf(mesh, @namespace, $"*.{@namespace}.svc.{Hostname.DefaultDomain}");
        var status = server is null && client is null ? Inherited(overall.Status) : Combined(server, client, overall.AutoMtls);
        return overall with { Status = status };
    }

    private static TlsStatus OfMesh(MeshInventory mesh)
    {
        var auto = mesh.Config.AutoMtls;
        return new TlsStatus(Combined(PeerModeOf(mesh, mesh.Config.RootNamespace), ClientModeOf(mesh, null, "*.local"), auto), auto);
    }

    private static string Inherited(string mesh) => mesh switch
    {
        TlsStatus.Enabled => TlsStatus.InheritedStrict,
        TlsStatus.Disabled => TlsStatus.InheritedDisabled,
        _ => TlsStatus.Unset,
    };

    /// <param name="server">What workloads accept, as PeerAuthentication says it.</param>
    /// <param name="client">Whether callers use mutual TLS; null when no rule says so.</param>
    private static string Combined(string? server, bool? client, bool auto) => (server, client) switch
    {
        (null, null) => TlsStatus.NotEnabled,
        ("STRICT", false) or ("DISABLE", true) => TlsStatus.ValidationError,
        ("STRICT", true) => TlsStatus.Enabled,
        ("STRICT", null) when auto => TlsStatus.Enabled,
        ("DISABLE", false) => TlsStatus.Disabled,
        ("DISABLE", null) when auto => TlsStatus.Disabled,
        ("PERMISSIVE", null) when auto => TlsStatus.NotEnabled,
        _ => TlsStatus.PartiallyEnabled,
    };

    /// <summary>The mode of the oldest policy without a selector; null when there is none or it inherits.</summary>
    private static string? PeerModeOf(MeshInventory mesh, string @namespace) => mesh.Configuration
        .Of(ConfigKinds.PeerAuthentication, @namespace)
        .Where(policy => (policy.Content["spec"]?["selector"]?["matchLabels"] as JsonObject)?.Count is null or 0)
        .OrderBy(policy => policy.Metadata.CreationTimestamp)
        .Select(policy => Text(policy.Content["spec"]?["mtls"]?["mode"]))
        .FirstOrDefault(mode => mode is "STRICT" or "PERMISSIVE" or "DISABLE");

    private static bool? ClientModeOf(MeshInventory mesh, string? @namespace, string host) =>
        (@namespace is null ? mesh.Configuration.Of(ConfigKinds.DestinationRule) : mesh.Configuration.Of(ConfigKinds.DestinationRule, @namespace))
        .Where(rule => Text(rule.Content["spec"]?["host"]) == host)
        .Select(rule => Text(rule.Content["spec"]?["trafficPolicy"]?["tls"]?["mode"]) switch
        {
            "ISTIO_MUTUAL" or "MUTUAL" => true,
            "DISABLE" => (bool?)false,
            _ => null,
        })
        .FirstOrDefault(mode => mode is not null);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
