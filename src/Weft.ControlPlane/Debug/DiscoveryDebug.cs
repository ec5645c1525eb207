using Envoy.Service.Discovery.V3;
using Envoy.Service.Status.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Certificates;
using Weft.ControlPlane.Distribution;

namespace Weft.ControlPlane.Debug;

/// <summary>
/// The debug pages over discovery, as <c>istioctl proxy-status</c> asks for them: type URL <c>istio.io/debug/PAGE</c>, or <c>istio.io/debug</c> with
/// <c>PAGE?proxyID=...</c> as the resource's name.
/// </summary>
internal sealed class DiscoveryDebug(DebugPages pages, AdsServer discovery, string controlPlaneId, string rootNamespace)
{
    private const string Prefix = "istio.io/debug";

    /// <summary>Null for a request that is none of these. An acknowledgement is answered by nothing more.</summary>
    public DiscoveryResponse? Answer(DiscoveryRequest request, CallerIdentity? caller)
    {
        if (!request.TypeUrl.StartsWith(Prefix, StringComparison.Ordinal) || request.ResponseNonce.Length > 0)
        {
            return null;
        }

        var response = new DiscoveryResponse
        {
            TypeUrl = request.TypeUrl,
            VersionInfo = Guid.NewGuid().ToString(),
            Nonce = Guid.NewGuid().ToString(),
            ControlPlane = new Envoy.Config.Core.V3.ControlPlane { Identifier = controlPlaneId },
        };
        var name = request.ResourceNames.FirstOrDefault() ?? "";
        var page = request.TypeUrl.Length > Prefix.Length ? request.TypeUrl[(Prefix.Length + 1)..] : name.Split('?')[0];
        response.Resources.Add(page == "syncz" ? Statuses(caller) : Page(page, ProxyOf(name), caller));
        return response;
    }

    private IEnumerable<Any> Statuses(CallerIdentity? caller) => discovery.Connections
        .Where(connection => connection.IsProxy && MaySee(caller, connection.Node.Namespace))
        .OrderBy(connection => connection.ConnectionId, StringComparer.Ordinal)
        .Select(connection => Any.Pack(Status(connection)));

    private IEnumerable<Any> Page(string page, string proxy, CallerIdentity? caller)
    {
        var isAllowed = proxy.Length == 0 ? MaySee(caller, rootNamespace) : pages.Proxy(proxy) is not { } found || MaySee(caller, found.Node.Namespace);
        if (isAllowed && page == "config_dump" && pages.Dump(proxy) is { } dump)
        {
            yield return Any.Pack(dump);
        }
        else if (isAllowed && pages.Answer(page, new DebugQuery(proxy)) is { IsJson: true } answer)
        {
            yield return new Any { TypeUrl = $"{Prefix}/{page}", Value = ByteString.CopyFromUtf8(answer.Text) };
        }
    }

    /// <summary>Who is in the root namespace sees all, others what is in their own; where nobody is authenticated (loopback) all is seen.</summary>
    private bool MaySee(CallerIdentity? caller, string @namespace) => caller is null || caller.Namespace == rootNamespace || caller.Namespace == @namespace;

    private static string ProxyOf(string name)
    {
        const string parameter = "proxyID=";
        var at = name.IndexOf(parameter, StringComparison.Ordinal);
        return at >= 0 ? name[(at + parameter.Length)..] : name.Contains('?', StringComparison.Ordinal) ? "" : name;
    }

    private static ClientConfig Status(ConnectedProxy connection)
    {
        var config = new ClientConfig
        {
            Node = new Envoy.Config.Core.V3.Node
            {
                Id = connection.Node.Id,
                Metadata = new Struct
                {
                    Fields =
                    {
                        ["CLUSTER_ID"] = Value.ForString(connection.Node.ClusterId),
                        ["NAMESPACE"] = Value.ForString(connection.Node.Namespace),
                        ["ISTIO_VERSION"] = Value.ForString(connection.Node.IstioVersion),
                    },
                },
            },
        };
        foreach (var (type, status) in connection.Status.Types.OrderBy(type => type.Key, StringComparer.Ordinal))
        {
            config.GenericXdsConfigs.Add(Status(type, status));
        }

        return config;
    }

    private static ClientConfig.Types.GenericXdsConfig Status(string type, TypeSyncStatus status)
    {
        var config = new ClientConfig.Types.GenericXdsConfig
        {
            TypeUrl = type,
            ConfigStatus = status.State switch
            {
                SyncState.Synced => ConfigStatus.Synced,
                SyncState.Stale => ConfigStatus.Stale,
                SyncState.Error => ConfigStatus.Error,
                _ => ConfigStatus.NotSent,
            },
        };
        if ((status.State == SyncState.Synced || status.State == SyncState.Error ? status.AnsweredAt : status.SentAt) is { } at)
        {
            config.LastUpdated = Timestamp.FromDateTimeOffset(at);
        }

        if (status.Error is { } error)
        {
            config.ErrorState = new Envoy.Admin.V3.UpdateFailureState { Details = error };
        }

        return config;
    }
}
