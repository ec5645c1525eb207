using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>Merges servers of Gateways in the order given; a server that contradicts one before it is left out, as istiod does.</summary>
internal sealed class GatewayMerge
{
    private readonly List<(Key Key, List<BoundServer> Servers)> _ports = [];
    private readonly Dictionary<int, Key> _plaintext = [];
    private readonly HashSet<int> _taken = [];
    private readonly HashSet<string> _routeNames = [];
    private readonly HashSet<(int Port, string Bind, string Host)> _tlsHosts = [];

    /// <param name="portsOf">Where the proxy listens for a server's port.</param>
    public void Add(Gateway gateway, Func<int, IReadOnlyList<int>> portsOf)
    {
        foreach (var server in gateway.Spec.Servers)
        {
            foreach (var port in portsOf(server.Port.Number))
            {
                var bound = new BoundServer(gateway, server, port);
                if (ClaimsItsHosts(bound) && Fits(bound))
                {
                    Append(bound);
                }
            }
        }
    }

    public ImmutableArray<GatewayPort> Result() => [.. _ports.Select(port => new GatewayPort(port.Key.Number, port.Key.Protocol, port.Key.Bind, [.. port.Servers]))];

    /// <summary>Two TLS servers of one address cannot answer to the same server name.</summary>
    private bool ClaimsItsHosts(BoundServer server)
    {
        if (server.Server.Tls is null)
        {
            return true;
        }

        var claims = server.Hosts.Select(host => (server.Port, server.Bind, host)).ToList();
        if (claims.Exists(_tlsHosts.Contains))
        {
            return false;
        }

        _tlsHosts.UnionWith(claims);
        return true;
    }

    private bool Fits(BoundServer server)
    {
        if (!_taken.Contains(server.Port))
        {
            return true;
        }

        if (_plaintext.TryGetValue(server.Port, out var first))
        {
            // Plaintext servers share a port when all speak HTTP, or bind different addresses.
            return first.Bind != server.Bind || (server.RouteName.Length > 0 && first.Protocol.IsHttp() && server.Protocol.IsHttp());
        }

        // Requests of HTTPS servers are told apart by the route name, which holds the port's name.
        return server.IsTls && (!server.IsHttp || !_routeNames.Contains(server.RouteName));
    }

    private void Append(BoundServer server)
    {
        // All plaintext HTTP servers of one address are one, whichever HTTP they name.
        var key = _plaintext.TryGetValue(server.Port, out var first) && first.Bind == server.Bind ? first : new Key(server.Port, server.Protocol, server.Bind);
        if (_taken.Add(server.Port) && !server.IsTls)
        {
            _plaintext.Add(server.Port, key);
        }

        if (server.IsHttp)
        {
            _routeNames.Add(server.RouteName);
        }

        var known = _ports.Find(port => port.Key == key).Servers;
        if (known is null)
        {
            _ports.Add((key, [server]));
        }
        else
        {
            known.Add(server);
        }
    }

    private readonly record struct Key(int Number, PortProtocol Protocol, string Bind);
}
