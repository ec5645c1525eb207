using System.Collections.Immutable;
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
    private const string MeshWide = "*.local";
    private const string Mutual = "MUTUAL";
    private const string Disable = "DISABLE";
    private const string Unset = "UNSET";

    /// <summary>The lowest TLS version of workloads: <c>TLSV1_3</c> when the mesh configuration asks for it, else <c>TLSV1_2</c>.</summary>
    public string MinimumVersion => inventory.Current.Config.MeshMTLS?.MinProtocolVersion is "TLSV1_3" ? "TLSV1_3" : "TLSV1_2";

    public TlsStatus OfMesh() => OfMesh(inventory.Current);

    /// <summary>A namespace without a policy of its own has what it inherits, whatever callers are told; the root namespace's policies are the mesh's.</summary>
    public TlsStatus OfNamespace(string @namespace)
    {
        var mesh = inventory.Current;
        var overall = OfMesh(mesh);
        if (@namespace == mesh.Config.RootNamespace)
        {
            return overall;
        }

        var servers = PeerModesOf(mesh, @namespace);
        var client = ClientModeOf(mesh, $"*.{@namespace}.svc.{Hostname.DefaultDomain}");
        var status = HasErrors(servers, client, ClientModeOf(mesh, MeshWide), overall.AutoMtls) ? TlsStatus.ValidationError
            : servers.All(mode => mode is "" or Unset) ? Inherited(overall.Status)
            : Combined(servers.First(mode => mode.Length > 0), client, overall.AutoMtls);
        return overall with { Status = status };
    }

    private static TlsStatus OfMesh(MeshInventory mesh)
    {
        var auto = mesh.Config.AutoMtls;
        var server = PeerModesOf(mesh, mesh.Config.RootNamespace).FirstOrDefault(mode => mode.Length > 0);
        var client = ClientModeOf(mesh, MeshWide);
        var status = (server, client) switch
        {
            (null, null) => TlsStatus.NotEnabled,
            // One of both is enough to switch it off, and with automatic clients to switch it on.
            ("DISABLE", null) or (null, Disable) => TlsStatus.Disabled,
            (null, Mutual) when auto => TlsStatus.Enabled,
            _ => Combined(server, client, auto),
        };
        return new TlsStatus(status, auto);
    }

    private static string Inherited(string mesh) => mesh switch
    {
        TlsStatus.Enabled => TlsStatus.InheritedStrict,
        TlsStatus.Disabled => TlsStatus.InheritedDisabled,
        _ => TlsStatus.Unset,
    };

    /// <param name="server">What workloads accept, as PeerAuthentication says it.</param>
    /// <param name="client">What callers are told; null when no rule says so.</param>
    /// <param name="auto">Who is told nothing does what workloads accept.</param>
    private static string Combined(string? server, string? client, bool auto) => (server, client) switch
    {
        ("STRICT", Mutual) => TlsStatus.Enabled,
        ("STRICT", null) when auto => TlsStatus.Enabled,
        ("DISABLE", Disable) => TlsStatus.Disabled,
        ("DISABLE", null) when auto => TlsStatus.Disabled,
        _ => TlsStatus.PartiallyEnabled,
    };

    /// <summary>What validation calls an error of a policy for the whole namespace: a second one (KIA0002), STRICT without callers who know (KIA0501), and DISABLE with callers who use it all the same (KIA0505).</summary>
    private static bool HasErrors(ImmutableArray<string> servers, string? client, string? meshClient, bool auto) =>
        servers.Length > 1
        || servers is ["STRICT"] && !auto && client != Mutual && meshClient != Mutual
        || servers is ["DISABLE"] && (client == Mutual || (client != Disable && meshClient == Mutual));

    /// <summary>The modes of the policies without a selector, oldest first; empty where a policy does not speak of mutual TLS.</summary>
    private static ImmutableArray<string> PeerModesOf(MeshInventory mesh, string @namespace) =>
    [
        .. mesh.Configuration
            .Of(ConfigKinds.PeerAuthentication, @namespace)
            .Where(policy => (policy.Content["spec"]?["selector"]?["matchLabels"] as JsonObject)?.Count is null or 0)
            .OrderBy(policy => policy.Metadata.CreationTimestamp)
            .ThenBy(policy => policy.Metadata.Name, StringComparer.Ordinal)
            .Select(policy => policy.Content["spec"]?["mtls"] is { } mtls ? Text(mtls["mode"]) ?? Unset : ""),
    ];

    /// <summary>What the first rule for the host says: <see cref="Mutual"/>, <see cref="Disable"/> (which is what a rule means that says nothing more) or another mode.</summary>
    private static string? ClientModeOf(MeshInventory mesh, string host) => mesh.Configuration.Of(ConfigKinds.DestinationRule)
        .Where(rule => Text(rule.Content["spec"]?["host"]) == host)
        .Select(rule => rule.Content["spec"]?["trafficPolicy"]?["tls"] is not { } tls ? null : Text(tls["mode"]) switch
        {
            "ISTIO_MUTUAL" or "MUTUAL" => Mutual,
            null => Disable,
            var mode => mode,
        })
        .FirstOrDefault(mode => mode is not null);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
