using System.Text.Json.Nodes;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.StatefulSession.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.Http.StatefulSession.Cookie.V3;
using Envoy.Extensions.Http.StatefulSession.Header.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Endpoints;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Routes;
using Weft.ControlPlane.Status.K8s;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation;

/// <summary>
/// Edge cases beyond the recorded ones: a folder of worlds/ holds a mesh (in.yaml; its second line names the proxy) and, for readers, the paths of traffic through
/// that proxy (paths.txt) and, of a world with the Gateway API, what the statuses of its objects say (status.txt). WEFT_UPDATE_GOLDEN=1 rewrites the latter two.
/// </summary>
public sealed class WorldTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "worlds");

    public static TheoryData<string> Worlds => [.. Directory.EnumerateDirectories(s_folder).Select(folder => Path.GetFileName(folder)!).Order()];

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Traffic_takes_the_stated_paths(string name)
    {
        var world = File.ReadAllText(Path.Combine(s_folder, name, "in.yaml"));
        Check(Path.Combine(s_folder, name, "paths.txt"), Paths(world));
        if (Statuses(world).ToList() is { Count: > 0 } statuses)
        {
            Check(Path.Combine(s_folder, name, "status.txt"), statuses);
        }
    }

    private static void Check(string file, IEnumerable<string> lines)
    {
        var actual = string.Join('\n', lines) + "\n";
        if (Environment.GetEnvironmentVariable("WEFT_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static IEnumerable<string> Statuses(string world)
    {
        foreach (var (reference, _, statusOf) in K8sStatuses.Of(MeshSnapshotBuilder.Build(World.Objects(world))))
        {
            if (statusOf(null, DateTimeOffset.UnixEpoch) is { } status && reference.Kind != "GatewayClass")
            {
                yield return $"{reference.Kind} {reference.Name}{string.Concat(Parts(status["addresses"]).Select(address => $" {address["value"]}"))}";
                foreach (var line in Conditions(status))
                {
                    yield return $"  {line}";
                }

                foreach (var part in Parts(status["listeners"]).Concat(Parts(status["parents"])).Concat(Parts(status["ancestors"])))
                {
                    var kinds = string.Join(' ', Parts(part["supportedKinds"]).Select(kind => $"{kind["kind"]}"));
                    var parent = (part["parentRef"] ?? part["ancestorRef"]) as JsonObject;
                    yield return parent is null ? $"  listener {part["name"]}: {part["attachedRoutes"]} of {kinds}" : $"  parent {string.Join(' ', parent.Select(field => field.Value))}";
                    foreach (var line in Conditions(part))
                    {
                        yield return $"    {line}";
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Conditions(JsonObject status) =>
        Parts(status["conditions"]).Select(condition => $"{condition["type"]}={condition["status"]} {condition["reason"]}: {condition["message"]}");

    private static IEnumerable<JsonObject> Parts(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static IEnumerable<string> Paths(string world)
    {
        var view = World.View(world);
        foreach (var listener in ListenerGenerator.Of(view).Where(listener => !listener.Name.StartsWith("virtual", StringComparison.Ordinal)).OrderBy(listener => listener.Name, StringComparer.Ordinal))
        {
            yield return $"listener {listener.Name}";
            foreach (var chain in listener.FilterChains.Append(listener.DefaultFilterChain).OfType<FilterChain>())
            {
                yield return $"  {(ReferenceEquals(chain, listener.DefaultFilterChain) ? "else" : Match(chain.FilterChainMatch))}{Tls(chain)} -> {Target(chain)}";
            }
        }

        foreach (var routes in RouteGenerator.NamesIn(view).Select(route => RouteGenerator.Of(view, route)))
        {
            yield return $"routes {routes.Name}";
            foreach (var host in routes.VirtualHosts)
            {
                yield return $"  {string.Join(' ', host.Domains)}{(host.Routes.Count == 0 ? " -> 404" : "")}{Session(host.TypedPerFilterConfig)}";
                foreach (var route in host.Routes)
                {
                    yield return $"    {Match(route.Match)} -> {Target(route)}{Session(route.TypedPerFilterConfig)}";
                }
            }
        }

        foreach (var cluster in ClusterGenerator.Of(view).Where(cluster => cluster.Name.StartsWith("outbound_", StringComparison.Ordinal)))
        {
            yield return $"cluster {cluster.Name}{(cluster.TransportSocketMatches.Count + (cluster.TransportSocket is null ? 0 : 1) == 0 ? " as it comes" : " with TLS")}";
        }

        foreach (var cluster in ClusterGenerator.Of(view).Where(cluster => cluster.CommonLbConfig?.OverrideHostStatus is not null))
        {
            yield return $"cluster {cluster.Name} keeps sessions while {string.Join(' ', cluster.CommonLbConfig.OverrideHostStatus.Statuses)}";
        }

        foreach (var line in Endpoints(view))
        {
            yield return line;
        }

        foreach (var cluster in ClusterGenerator.Of(view).Where(cluster => cluster.Name.StartsWith("outbound|", StringComparison.Ordinal) && cluster.TransportSocket is { Name: "envoy.transport_sockets.tls" }))
        {
            yield return $"cluster {cluster.Name} with TLS{Parameters(cluster.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>().CommonTlsContext.TlsParams)}";
        }
    }

    private static string Target(TcpProxy proxy) =>
        proxy.WeightedClusters is { } weighted ? string.Join(" or ", weighted.Clusters.Select(cluster => $"{cluster.Weight} {cluster.Name}")) : proxy.Cluster;

    /// <summary>Shown where there are gateways between networks.</summary>
    private static IEnumerable<string> Endpoints(ProxyView view) =>
        from cluster in ClusterGenerator.Of(view)
        where view.Networks.Exist && cluster.EdsClusterConfig is not null
        let assignment = EndpointGenerator.Of(view, cluster.Name)
        select $"endpoints {cluster.Name} -> {string.Join(", ", assignment.Endpoints.SelectMany(group => group.LbEndpoints.Select(endpoint => Text(group.Locality.Region, endpoint))))}";

    private static string Text(string region, LbEndpoint endpoint)
    {
        var address = endpoint.Endpoint.Address.SocketAddress;
        var isMutual = endpoint.Metadata.FilterMetadata.ContainsKey("envoy.transport_socket_match");
        return $"{address.Address}:{address.PortValue} *{endpoint.LoadBalancingWeight}{(region.Length > 0 ? $" in {region}" : "")}{(isMutual ? " by mTLS" : "")}";
    }

    private static string Match(FilterChainMatch? match) => match is null
        ? "any"
        : string.Join(' ', match.ServerNames.Concat(match.PrefixRanges.Select(range => $"{range.AddressPrefix}/{range.PrefixLen}")).Concat(match.ApplicationProtocols));

    private static string Tls(FilterChain chain)
    {
        if (chain.TransportSocket is null)
        {
            return "";
        }

        var context = chain.TransportSocket.TypedConfig.Unpack<DownstreamTlsContext>();
        var common = context.CommonTlsContext;
        var roots = common.CombinedValidationContext is { } validation ? $", clients by {validation.ValidationContextSdsSecretConfig.Name}" : "";
        return $" [{string.Join(' ', common.TlsCertificateSdsSecretConfigs.Select(secret => secret.Name))}{roots}{(context.RequireClientCertificate == true ? " required" : "")}{Parameters(common.TlsParams)}]";
    }

    private static string Parameters(TlsParameters? parameters) => parameters is null
        ? ""
        : $", {string.Join(' ', new[] { $"from {parameters.TlsMinimumProtocolVersion}" }.Concat(parameters.CipherSuites).Concat(parameters.EcdhCurves))}";

    private static string Target(FilterChain chain)
    {
        var last = chain.Filters[^1].TypedConfig;
        return last.Is(HttpConnectionManager.Descriptor) ? Target(last.Unpack<HttpConnectionManager>()) : Target(last.Unpack<TcpProxy>());
    }

    private static string Target(HttpConnectionManager manager) =>
        $"routes {manager.Rds.RouteConfigName}{(manager.HttpFilters.Any(filter => filter.Name == PersistentSessions.FilterName) ? ", with sessions" : "")}";

    private static string Session(MapField<string, Any> configs)
    {
        if (!configs.TryGetValue(PersistentSessions.FilterName, out var config))
        {
            return "";
        }

        var state = config.Unpack<StatefulSessionPerRoute>().StatefulSession.SessionState.TypedConfig;
        return state.Is(CookieBasedSessionState.Descriptor)
            ? $", stays by cookie {state.Unpack<CookieBasedSessionState>().Cookie.Name} at {state.Unpack<CookieBasedSessionState>().Cookie.Path}"
            : $", stays by header {state.Unpack<HeaderBasedSessionState>().Name}";
    }

    private static string Match(RouteMatch match) => string.Join(' ', new[]
    {
        match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Path => $"={match.Path}",
            RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix => $"{match.PathSeparatedPrefix}[/*]",
            RouteMatch.PathSpecifierOneofCase.SafeRegex => $"~{match.SafeRegex.Regex}",
            _ => $"{match.Prefix}*",
        },
    }.Concat(match.Headers.Select(header => $"{header.Name}={Text(header.StringMatch)}"))
        .Concat(match.QueryParameters.Select(parameter => $"?{parameter.Name}={Text(parameter.StringMatch)}")));

    private static string Text(Envoy.Type.Matcher.V3.StringMatcher? matcher) => matcher?.SafeRegex is { } expression ? $"~{expression.Regex}" : $"{matcher?.Exact}";

    private static string Target(Route route) => route switch
    {
        { Redirect: { } redirect } => $"{redirect.ResponseCode} {redirect.SchemeRedirect}:{redirect.PortRedirect}{redirect.PathRedirect}",
        { DirectResponse: { } answer } => $"{answer.Status}",
        { Route_.WeightedClusters: { } weighted } => string.Join(" or ", weighted.Clusters.Select(cluster => $"{cluster.Weight} {cluster.Name}")) + Rewrite(route),
        _ => route.Route_.Cluster + Rewrite(route),
    };

    private static string Rewrite(Route route) => route.Route_.RegexRewrite is { } rewrite ? $" as {rewrite.Pattern.Regex} {rewrite.Substitution}" : "";
}
