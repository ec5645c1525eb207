using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.Subscriptions;

/// <summary>The clusters with their endpoints. One without endpoints waits (warms) while its predecessor serves.</summary>
internal sealed class ClusterTable : IDisposable
{
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<Cluster> _own;
    private readonly ResourceTable<Cluster, ClusterModel> _accepted;
    private readonly Dictionary<string, ClusterState> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Joined> _joined = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClusterModel> _serving = new(StringComparer.Ordinal);
    private readonly ResourceTable<ClusterLoadAssignment, ClusterLoadAssignment> _assignments =
        new(ClusterLoadAssignment.Parser, assignment => assignment.ClusterName, (assignment, _) => WithAddresses(assignment));

    /// <param name="own">Clusters of the proxy's bootstrap; the control plane's of the same name take their place.</param>
    public ClusterTable(TimeProvider time, IReadOnlyList<Cluster> own)
    {
        _time = time;
        _own = own;
        _accepted = new ResourceTable<Cluster, ClusterModel>(Cluster.Parser, cluster => cluster.Name, (cluster, _) => ClusterCompiler.Compile(cluster, StateOf(cluster.Name)));
    }

    /// <summary>Names to subscribe to in EDS.</summary>
    public IEnumerable<string> EndpointNames =>
        _accepted.Models.Concat(_serving.Values).Where(cluster => cluster.Discovery == ClusterDiscovery.Eds).Select(cluster => cluster.ServiceName);

    public IEnumerable<string> SecretNames => _accepted.Models.Concat(_serving.Values).SelectMany(cluster => cluster.Transports.ServedSecrets);

    /// <summary>Names of endpoints to resolve again and again.</summary>
    public IReadOnlyCollection<DnsQuery> DnsQueries =>
    [
        .. _accepted.Models.Where(cluster => cluster.Discovery == ClusterDiscovery.Dns)
            .SelectMany(cluster => DnsEndpoints.HostsOf(cluster).Select(host => (Host: host, Cluster: cluster)))
            .GroupBy(entry => entry.Host, StringComparer.OrdinalIgnoreCase)
            .Select(group => new DnsQuery(group.Key, group.Min(entry => entry.Cluster.DnsRefreshRate), group.Min(entry => entry.Cluster.DnsFailureRate))),
    ];

    /// <summary>Whether the control plane has sent its clusters at least once.</summary>
    public bool IsKnown { get; private set; }

    public int Warming { get; private set; }

    public void Take(IReadOnlyCollection<Any> clusters, List<string> errors)
    {
        IsKnown = true;
        _accepted.TakeAll([.. _own.Select(Any.Pack), .. clusters], errors);
    }

    public void TakeEndpoints(IReadOnlyCollection<Any> assignments, List<string> errors) => _assignments.Take(assignments, errors);

    /// <summary>The clusters to serve with. Endpoints that none of them names are dropped.</summary>
    /// <param name="addresses">Of a name; null as long as there was no answer.</param>
    public FrozenDictionary<string, ClusterModel> Build(Func<string, ImmutableArray<IPAddress>?> addresses)
    {
        Warming = 0;
        foreach (var (name, cluster) in _accepted.Entries)
        {
            if (WithEndpoints(cluster, addresses) is { } ready)
            {
                Serve(name, ready);
            }
            else
            {
                Warming++;
            }
        }

        foreach (var gone in _serving.Keys.Where(name => !_accepted.Contains(name)))
        {
            _serving.Remove(gone);
            _joined.Remove(gone);
            _states[gone].Outliers.Follow(null);
        }

        _assignments.Keep(EndpointNames.ToHashSet(StringComparer.Ordinal));
        return _serving.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Closes the pools of endpoints that no cluster has any more and no request uses.</summary>
    public void ForgetUnused()
    {
        foreach (var (name, state) in _states)
        {
            _serving.TryGetValue(name, out var cluster);
            foreach (var endpoint in cluster?.Endpoints ?? [])
            {
                endpoint.State.DisposePoolsExcept(endpoint.Transport);
            }

            if (cluster is not { Discovery: ClusterDiscovery.OriginalDestination })
            {
                state.ForgetUnused(cluster?.Endpoints.Select(endpoint => endpoint.Address).ToHashSet() ?? []);
            }

            if (state.IsEmpty && cluster is null && !_accepted.Contains(name))
            {
                _states.Remove(name);
                state.Dispose();
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

    private static ClusterLoadAssignment WithAddresses(ClusterLoadAssignment assignment)
    {
        foreach (var endpoint in assignment.Endpoints.SelectMany(locality => locality.LbEndpoints))
        {
            if (endpoint.Endpoint?.Address?.SocketAddress is not { } socket || !IPAddress.TryParse(socket.Address, out _) || socket.PortValue > 65535)
            {
                throw new ResourceRejectedException($"endpoint {endpoint.Endpoint?.Address} has no IP address and port");
            }
        }

        return assignment;
    }

    private ClusterState StateOf(string name)
    {
        if (!_states.TryGetValue(name, out var state))
        {
            _states[name] = state = new ClusterState(_time);
        }

        return state;
    }

    /// <returns>Null as long as the endpoints are not known.</returns>
    private ClusterModel? WithEndpoints(ClusterModel cluster, Func<string, ImmutableArray<IPAddress>?> addresses) => cluster.Discovery switch
    {
        ClusterDiscovery.Eds => Join(cluster, _assignments.Find(cluster.ServiceName)),
        ClusterDiscovery.Dns => Join(cluster, DnsEndpoints.Resolve(cluster, addresses)),
        _ => cluster,
    };

    private ClusterModel? Join(ClusterModel cluster, ClusterLoadAssignment? assignment)
    {
        if (assignment is null)
        {
            return null;
        }

        if (!_joined.TryGetValue(cluster.Name, out var known) || !ReferenceEquals(known.Cluster, cluster) || !known.Assignment.Equals(assignment))
        {
            _joined[cluster.Name] = known = new Joined(cluster, assignment, ClusterCompiler.WithEndpoints(cluster, assignment));
        }

        return known.Result;
    }

    private void Serve(string name, ClusterModel cluster)
    {
        if (!_serving.TryGetValue(name, out var served) || !ReferenceEquals(served, cluster))
        {
            _serving[name] = cluster;
            cluster.State.Outliers.Follow(cluster);
        }
    }

    private sealed record Joined(ClusterModel Cluster, ClusterLoadAssignment Assignment, ClusterModel Result);
}
