using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.Nds.V1;
using Weft.Proxy.Clusters;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Tls;
using Weft.Xds;

namespace Weft.Proxy.Subscriptions;

/// <summary>
/// Turns the control plane's resources into configurations. A resource that cannot be used is named in the answer and its last good version stays;
/// a cluster without endpoints and a listener without routes or secrets wait (warm) while their predecessors serve. One caller at a time.
/// </summary>
/// <param name="own">Clusters of the proxy's bootstrap; the control plane's of the same name take their place.</param>
internal sealed class ConfigBuilder(TimeProvider time, SecretStore secrets, params IReadOnlyList<Cluster> own)
{
    public const string NameTableUrl = "type.googleapis.com/istio.networking.nds.v1.NameTable";

    private readonly Dictionary<string, Compiled<ClusterModel>> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Compiled<ListenerModel>> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Compiled<RouteTable>> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClusterLoadAssignment> _assignments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClusterState> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClusterModel> _warmClusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ListenerModel> _warmListeners = new(StringComparer.Ordinal);
    private NameTableModel _names = NameTableModel.Empty;
    private readonly HashSet<string> _answeredSecrets = new(StringComparer.Ordinal);
    private bool _hasClusters;
    private bool _hasListeners;

    /// <summary>Names to subscribe to in EDS.</summary>
    public IReadOnlyCollection<string> EndpointNames =>
        [.. _clusters.Values.Where(cluster => cluster.Model.Discovery == ClusterDiscovery.Eds).Select(cluster => cluster.Model.ServiceName).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Names to subscribe to in RDS.</summary>
    public IReadOnlyCollection<string> RouteNames =>
        [.. _listeners.Values.SelectMany(listener => listener.Model.RouteNames).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Names to subscribe to in SDS.</summary>
    public IReadOnlyCollection<string> SecretNames =>
    [
        .. _listeners.Values.SelectMany(listener => listener.Model.ServedSecrets)
            .Concat(_clusters.Values.SelectMany(cluster => cluster.Model.Transports.ServedSecrets))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Names of endpoints to resolve again and again.</summary>
    public IReadOnlyCollection<DnsQuery> DnsQueries =>
    [
        .. _clusters.Values.Where(cluster => cluster.Model.Discovery == ClusterDiscovery.Dns)
            .SelectMany(cluster => DnsEndpoints.HostsOf(cluster.Model).Select(host => (Host: host, cluster.Model)))
            .GroupBy(entry => entry.Host, StringComparer.OrdinalIgnoreCase)
            .Select(group => new DnsQuery(group.Key, group.Min(entry => entry.Model.DnsRefreshRate), group.Min(entry => entry.Model.DnsFailureRate))),
    ];

    public int WarmingClusters { get; private set; }

    public int WarmingListeners { get; private set; }

    /// <summary>Takes one response of a type.</summary>
    /// <returns>What is wrong, naming each resource; null when all is well.</returns>
    public string? Apply(string typeUrl, IReadOnlyCollection<Any> resources)
    {
        var errors = new List<string>();
        switch (typeUrl)
        {
            case TypeUrls.Cluster:
                _hasClusters = true;
                ApplyAll([.. own.Select(Any.Pack), .. resources], _clusters, Cluster.Parser, cluster => cluster.Name, (cluster, _) => CompileCluster(cluster), errors, isComplete: true);
                break;
            case TypeUrls.Listener:
                _hasListeners = true;
                ApplyAll(resources, _listeners, Listener.Parser, listener => listener.Name, ListenerCompiler.Compile, errors, isComplete: true);
                break;
            case TypeUrls.Route:
                ApplyAll(resources, _routes, RouteConfiguration.Parser, routes => routes.Name, (routes, _) => RouteCompiler.Compile(routes), errors, isComplete: false);
                break;
            case TypeUrls.Endpoint:
                ApplyEndpoints(resources, errors);
                break;
            case TypeUrls.Secret:
                ApplySecrets(resources, errors);
                break;
            case NameTableUrl:
                ApplyNames(resources, errors);
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
        WarmClusters(addresses);
        WarmListeners();
        return new ProxyConfig
        {
            Clusters = _warmClusters.ToFrozenDictionary(StringComparer.Ordinal),
            Listeners = ListenerSet.Of([.. _warmListeners.Values]),
            Routes = _routes.ToFrozenDictionary(entry => entry.Key, entry => entry.Value.Model, StringComparer.Ordinal),
            Names = _names,
            IsInitialized = _hasClusters && _hasListeners && WarmingClusters == 0 && WarmingListeners == 0,
        };
    }

    /// <summary>Closes the pools of endpoints that no configuration names any more and no request uses.</summary>
    public void ForgetUnused()
    {
        var named = SecretNames.ToHashSet();
        secrets.Keep(named);
        _answeredSecrets.IntersectWith(named);
        foreach (var (name, state) in _states)
        {
            var configured = _warmClusters.TryGetValue(name, out var cluster) ? cluster.Endpoints.Select(endpoint => endpoint.Address).ToHashSet() : [];
            foreach (var endpoint in cluster?.Endpoints ?? [])
            {
                endpoint.State.DisposePoolsExcept(endpoint.Transport);
            }

            if (cluster is null || cluster.Discovery != ClusterDiscovery.OriginalDestination)
            {
                state.ForgetUnused(configured);
            }
        }
    }

    public void Dispose()
    {
        foreach (var state in _states.Values)
        {
            state.Dispose();
        }
    }

    private static void ApplyAll<TConfig, TModel>(
        IReadOnlyCollection<Any> resources, Dictionary<string, Compiled<TModel>> known, MessageParser<TConfig> parser,
        Func<TConfig, string> name, Func<TConfig, TModel?, TModel> compile, List<string> errors, bool isComplete)
        where TConfig : IMessage<TConfig>
        where TModel : class
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var label = "unnamed";
            try
            {
                var config = parser.ParseFrom(resource.Value);
                label = name(config);
                present.Add(label);
                if (!known.TryGetValue(label, out var old) || !old.Source.Equals(resource.Value))
                {
                    known[label] = new Compiled<TModel>(resource.Value, compile(config, old?.Model));
                }
            }
            catch (Exception error)
            {
                // Whatever is wrong with one resource, it is refused by name and the others are taken.
                errors.Add($"{label}: {error.Message}");
            }
        }

        if (isComplete)
        {
            foreach (var gone in known.Keys.Where(key => !present.Contains(key)).ToList())
            {
                known.Remove(gone);
            }
        }
    }

    private ClusterModel CompileCluster(Cluster config)
    {
        if (!_states.TryGetValue(config.Name, out var state))
        {
            _states[config.Name] = state = new ClusterState(time);
        }

        return ClusterCompiler.Compile(config, state);
    }

    private void ApplyEndpoints(IReadOnlyCollection<Any> resources, List<string> errors)
    {
        foreach (var resource in resources)
        {
            var label = "unnamed";
            try
            {
                var assignment = ClusterLoadAssignment.Parser.ParseFrom(resource.Value);
                label = assignment.ClusterName;
                RequireAddresses(assignment);
                _assignments[label] = assignment;
            }
            catch (Exception error)
            {
                // Whatever is wrong with one resource, it is refused by name and the others are taken.
                errors.Add($"{label}: {error.Message}");
            }
        }
    }

    private static void RequireAddresses(ClusterLoadAssignment assignment)
    {
        foreach (var endpoint in assignment.Endpoints.SelectMany(locality => locality.LbEndpoints))
        {
            if (endpoint.Endpoint?.Address?.SocketAddress is not { } socket || !IPAddress.TryParse(socket.Address, out _) || socket.PortValue > 65535)
            {
                throw new ResourceRejectedException($"endpoint {endpoint.Endpoint?.Address} has no IP address and port");
            }
        }
    }

    private void ApplySecrets(IReadOnlyCollection<Any> resources, List<string> errors)
    {
        foreach (var resource in resources)
        {
            var label = "unnamed";
            try
            {
                var secret = Secret.Parser.ParseFrom(resource.Value);
                label = secret.Name;
                SecretCompiler.Apply(secret, secrets);
            }
            catch (Exception error)
            {
                // Whatever is wrong with one secret, it is refused by name and the others are taken.
                errors.Add($"{label}: {error.Message}");
            }
        }

        // Whoever was asked for and not sent does not exist: chains that need it refuse connections, and the others serve.
        _answeredSecrets.UnionWith(SecretNames);
    }

    private void ApplyNames(IReadOnlyCollection<Any> resources, List<string> errors)
    {
        foreach (var resource in resources)
        {
            try
            {
                _names = NameTableModel.Compile(NameTable.Parser.ParseFrom(resource.Value));
            }
            catch (InvalidProtocolBufferException error)
            {
                errors.Add($"name table: {error.Message}");
            }
        }
    }

    private void WarmClusters(Func<string, ImmutableArray<IPAddress>?> addresses)
    {
        WarmingClusters = 0;
        foreach (var (name, cluster) in _clusters)
        {
            if (cluster.Model.Discovery == ClusterDiscovery.Dns)
            {
                WarmByDns(cluster, addresses);
            }
            else if (cluster.Model.Discovery != ClusterDiscovery.Eds)
            {
                Serve(cluster.Model);
            }
            else if (_assignments.TryGetValue(cluster.Model.ServiceName, out var assignment))
            {
                if (cluster.JoinedWith != assignment)
                {
                    cluster.JoinedWith = assignment;
                    cluster.Joined = ClusterCompiler.WithEndpoints(cluster.Model, assignment);
                }

                Serve(cluster.Joined!);
            }
            else
            {
                WarmingClusters++;
            }
        }

        foreach (var gone in _warmClusters.Keys.Where(name => !_clusters.ContainsKey(name)).ToList())
        {
            _warmClusters.Remove(gone);
            _states[gone].Outliers.Follow(null);
        }
    }

    private void WarmByDns(Compiled<ClusterModel> cluster, Func<string, ImmutableArray<IPAddress>?> addresses)
    {
        if (DnsEndpoints.Resolve(cluster.Model, addresses) is not { } resolved)
        {
            WarmingClusters++;
            return;
        }

        if (cluster.Joined is null || cluster.JoinedWith?.Equals(resolved) != true)
        {
            cluster.JoinedWith = resolved;
            cluster.Joined = ClusterCompiler.WithEndpoints(cluster.Model, resolved);
        }

        Serve(cluster.Joined);
    }

    private void Serve(ClusterModel cluster)
    {
        if (!_warmClusters.TryGetValue(cluster.Name, out var served) || !ReferenceEquals(served, cluster))
        {
            _warmClusters[cluster.Name] = cluster;
            cluster.State.Outliers.Follow(cluster);
        }
    }

    private void WarmListeners()
    {
        WarmingListeners = 0;
        foreach (var (name, listener) in _listeners)
        {
            if (listener.Model.RouteNames.All(_routes.ContainsKey) && listener.Model.ServedSecrets.All(_answeredSecrets.Contains))
            {
                _warmListeners[name] = listener.Model;
            }
            else
            {
                WarmingListeners++;
            }
        }

        foreach (var gone in _warmListeners.Keys.Where(name => !_listeners.ContainsKey(name)).ToList())
        {
            _warmListeners.Remove(gone);
        }
    }

    private sealed class Compiled<T>(ByteString source, T model)
    {
        public ByteString Source { get; } = source;

        public T Model { get; } = model;

        public ClusterLoadAssignment? JoinedWith { get; set; }

        public ClusterModel? Joined { get; set; }
    }
}
