using Envoy.Admin.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Endpoints;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Names;
using Weft.ControlPlane.Generation.Routes;
using Weft.Xds;

namespace Weft.ControlPlane.Debug;

/// <summary>What one connected proxy is given now.</summary>
internal sealed class ProxyPages(DebugSources sources)
{
    public DebugAnswer ConfigDump(DebugQuery query) => Of(sources, query, (connection, view) => DebugAnswer.Json(EnvoyJson.Format(Dump(connection, view))));

    /// <summary>Its endpoint assignments, for the clusters that it asked for.</summary>
    public DebugAnswer Endpoints(DebugQuery query) => Of(sources, query, (connection, view) =>
    {
        var assignments = new ConfigDump();
        assignments.Configs.Add((connection.Status.Types.GetValueOrDefault(TypeUrls.Endpoint)?.Watched ?? []).Order(StringComparer.Ordinal).Select(name => Any.Pack(EndpointGenerator.Of(view, name))));
        return DebugAnswer.Json(EnvoyJson.Format(assignments));
    });

    /// <summary>Filters are never sent by themselves: whoever watches for them is told that there are none.</summary>
    public DebugAnswer Extensions(DebugQuery query) => Of(sources, query, (connection, _) => DebugAnswer.Absent(connection.Status.Types.ContainsKey(TypeUrls.ExtensionConfig)
        ? $"ExtensionConfigurationType not found, proxyID: {query.ProxyId}\n"
        : $"no watched ExtensionConfigurationType found, proxyID: {query.ProxyId}\n"));

    public DebugAnswer Names(DebugQuery query) => Of(sources, query, (_, view) => DebugAnswer.Json(EnvoyJson.Format(NameTableGenerator.Of(view))));

    /// <summary>In the form of Envoy's own config_dump. Secrets are left out: they are for their gateway alone.</summary>
    public ConfigDump Dump(ConnectedProxy connection, ProxyView view)
    {
        var version = sources.Pushes.Current.Version;
        var clusters = new ClustersConfigDump { VersionInfo = version };
        clusters.DynamicActiveClusters.Add(ClusterGenerator.Of(view).Select(cluster => new ClustersConfigDump.Types.DynamicCluster { Cluster = Any.Pack(cluster) }));
        var listeners = new ListenersConfigDump { VersionInfo = version };
        listeners.DynamicListeners.Add(ListenerGenerator.Of(view).Select(listener => new ListenersConfigDump.Types.DynamicListener
        {
            Name = listener.Name,
            ActiveState = new() { VersionInfo = version, Listener = Any.Pack(listener) },
        }));
        var routes = new RoutesConfigDump();
        var names = connection.Status.Types.GetValueOrDefault(TypeUrls.Route)?.Watched is { Length: > 0 } watched ? watched.Order(StringComparer.Ordinal) : RouteGenerator.NamesIn(view);
        routes.DynamicRouteConfigs.Add(names.Select(name => new RoutesConfigDump.Types.DynamicRouteConfig { VersionInfo = version, RouteConfig = Any.Pack(RouteGenerator.Of(view, name)) }));
        return new ConfigDump
        {
            Configs =
            {
                Any.Pack(new BootstrapConfigDump()), Any.Pack(clusters), Any.Pack(listeners), Any.Pack(new ScopedRoutesConfigDump()), Any.Pack(routes),
                Any.Pack(new SecretsConfigDump()), Any.Pack(new EcdsConfigDump()),
            },
        };
    }

    /// <summary>A page about one connected proxy.</summary>
    public static DebugAnswer Of(DebugSources sources, DebugQuery query, Func<ConnectedProxy, ProxyView, DebugAnswer> answer) =>
        query.ProxyId.Length == 0 ? DebugAnswer.Missing
        : sources.Proxy(query.ProxyId) is { View: { } view } connection ? answer(connection, view)
        : DebugAnswer.NotConnected;
}
