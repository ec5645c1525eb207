using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Generation;
using Weft.Xds;

namespace Weft.ControlPlane.Debug;

/// <summary>Who is connected, what he asked for, and how far he follows.</summary>
internal sealed class SyncPages(DebugSources sources)
{
    private static readonly (string Name, string Type)[] s_types =
    [
        ("cluster", TypeUrls.Cluster), ("listener", TypeUrls.Listener), ("route", TypeUrls.Route), ("endpoint", TypeUrls.Endpoint), ("extensionconfig", TypeUrls.ExtensionConfig),
    ];

    /// <summary>What a proxy says of itself for itself; istiod does not keep it.</summary>
    private static readonly string[] s_ownMetadata = ["APP_CONTAINERS", "NAME", "OWNER", "PILOT_SAN"];

    public JsonArray Status() => [.. sources.Proxies.Select(Status)];

    public JsonObject Connections()
    {
        var clients = new JsonArray([.. sources.Proxies.Select(connection => Client(connection))]);
        return clients.Count == 0 ? new JsonObject { ["totalClients"] = 0 } : new JsonObject { ["totalClients"] = clients.Count, ["clients"] = clients };
    }

    /// <summary>The connections with all that the proxies say of themselves and ask for.</summary>
    public JsonObject Clients()
    {
        var clients = new JsonArray([.. sources.Proxies.Select(Described)]);
        return new JsonObject { ["totalClients"] = clients.Count, ["clients"] = clients };
    }

    private static JsonObject Status(ConnectedProxy connection)
    {
        var proxy = new JsonObject
        {
            ["cluster_id"] = connection.Node.ClusterId,
            ["proxy"] = connection.Node.PodId,
            ["proxy_type"] = connection.Node.Type == ProxyType.Sidecar ? "sidecar" : "router",
            ["istio_version"] = connection.Node.IstioVersion,
        };
        foreach (var (name, type) in s_types)
        {
            if (connection.Status.Types.GetValueOrDefault(type) is { } state)
            {
                proxy[$"{name}_sent"] = state.NonceSent;
                proxy[$"{name}_acked"] = state.NonceAcknowledged;
            }
        }

        return proxy;
    }

    private static JsonObject Client(ConnectedProxy connection) => new()
    {
        ["connectionId"] = connection.ConnectionId,
        ["connectedAt"] = connection.ConnectedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture),
        ["address"] = connection.Address,
    };

    private JsonNode Described(ConnectedProxy connection)
    {
        var client = Client(connection);
        var metadata = connection.Introduction.Metadata is { } given ? JsonNode.Parse(EnvoyJson.Format(given))!.AsObject() : [];
        foreach (var name in s_ownMetadata)
        {
            metadata.Remove(name);
        }

        client["labels"] = new JsonObject(PlaceLabels.On((connection.View?.Node ?? connection.Node).Labels, sources.ClusterId, connection.Node.Locality, connection.Node.NodeName, network: null)
            .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => KeyValuePair.Create<string, JsonNode?>(label.Key, label.Value)));
        client["locality"] = connection.Introduction.Locality is { } locality ? JsonNode.Parse(EnvoyJson.Format(locality)) : new JsonObject();
        client["metadata"] = metadata;
        client["watches"] = new JsonObject(connection.Status.Types
            .OrderBy(type => type.Key, StringComparer.Ordinal)
            .Select(type => KeyValuePair.Create<string, JsonNode?>(type.Key, new JsonArray([.. type.Value.Watched]))));
        return client;
    }
}
