using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.Nds.V1;
using Weft.Proxy.Clusters;
using Weft.Proxy.Tls;
using Weft.Xds;

namespace Weft.Proxy.Subscriptions;

/// <summary>
/// Turns the control plane's resources into configurations. A resource that cannot be used is named in the answer and its last good version stays;
/// a cluster without endpoints and a listener without routes or secrets wait (warm) while their predecessors serve. What nothing names any more is dropped. One caller at a time.
/// </summary>
/// <param name="own">Clusters of the proxy's bootstrap; the control plane's of the same name take their place.</param>
internal sealed class ConfigBuilder(TimeProvider time, SecretStore secrets, params IReadOnlyList<Cluster> own) : IDisposable
{
    public const string NameTableUrl = "type.googleapis.com/istio.networking.nds.v1.NameTable";

    private readonly ClusterTable _clusters = new(time, own);
    private readonly ListenerTable _listeners = new();
    private readonly HashSet<string> _answeredSecrets = new(StringComparer.Ordinal);
    private NameTableModel _names = NameTableModel.Empty;

    /// <summary>Names to subscribe to in EDS.</summary>
    public IReadOnlyCollection<string> EndpointNames => InOrder(_clusters.EndpointNames);

    /// <summary>Names to subscribe to in RDS.</summary>
    public IReadOnlyCollection<string> RouteNames => InOrder(_listeners.RouteNames);

    /// <summary>Names to subscribe to in SDS.</summary>
    public IReadOnlyCollection<string> SecretNames => InOrder(_listeners.SecretNames.Concat(_clusters.SecretNames));

    /// <summary>Names of endpoints to resolve again and again.</summary>
    public IReadOnlyCollection<DnsQuery> DnsQueries => _clusters.DnsQueries;

    public int WarmingClusters => _clusters.Warming;

    public int WarmingListeners => _listeners.Warming;

    /// <summary>Takes one response of a type.</summary>
    /// <returns>What is wrong, naming each resource; null when all is well.</returns>
    public string? Apply(string typeUrl, IReadOnlyCollection<Any> resources)
    {
        var errors = new List<string>();
        switch (typeUrl)
        {
            case TypeUrls.Cluster:
                _clusters.Take(resources, errors);
                break;
            case TypeUrls.Endpoint:
                _clusters.TakeEndpoints(resources, errors);
                break;
            case TypeUrls.Listener:
                _listeners.Take(resources, errors);
                break;
            case TypeUrls.Route:
                _listeners.TakeRoutes(resources, errors);
                break;
            case TypeUrls.Secret:
                ResourceReader.Each(resources, Secret.Parser, secret => secret.Name, errors, (_, secret, _) => SecretCompiler.Apply(secret, secrets));

                // Whoever was asked for and not sent does not exist: chains that need it refuse connections, and the others serve.
                _answeredSecrets.UnionWith(SecretNames);
                break;
            case NameTableUrl:
                ResourceReader.Each(resources, NameTable.Parser, _ => "name table", errors, (_, table, _) => _names = NameTableModel.Compile(table));
                break;
            default:
                errors.Add($"{typeUrl} was not asked for");
                break;
        }

        return errors.Count == 0 ? null : string.Join("; ", errors);
    }

    /// <summary>The newest consistent configuration.</summary>
    /// <param name="addresses">Of a name; null as long as there was no answer.</param>
    public ProxyConfig Build(Func<string, ImmutableArray<IPAddress>?> addresses)
    {
        var clusters = _clusters.Build(addresses);
        var listeners = _listeners.Build(_answeredSecrets);
        return new ProxyConfig
        {
            Clusters = clusters,
            Listeners = listeners,
            Routes = _listeners.Routes,
            Names = _names,
            IsInitialized = _clusters.IsKnown && _listeners.IsKnown && WarmingClusters == 0 && WarmingListeners == 0,
        };
    }

    /// <summary>Drops secrets that no configuration names any more, and the connections to endpoints of which that is true once no request uses them.</summary>
    public void ForgetUnused()
    {
        var named = SecretNames.ToHashSet(StringComparer.Ordinal);
        secrets.Keep(named);
        _answeredSecrets.IntersectWith(named);
        _clusters.ForgetUnused();
    }

    public void Dispose() => _clusters.Dispose();

    private static IReadOnlyCollection<string> InOrder(IEnumerable<string> names) => [.. names.Distinct().Order(StringComparer.Ordinal)];
}
