using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>The servers that share a port, a protocol and an address to bind.</summary>
public sealed record GatewayPort(int Number, PortProtocol Protocol, string Bind, ImmutableArray<BoundServer> Servers);

/// <summary>
/// What a gateway proxy serves: the servers of all Gateways whose selector matches it, oldest Gateway first, merged per port. HTTP servers of a port
/// become one; TLS servers of a port are told apart by server name; what would contradict an earlier server is left out.
/// </summary>
public sealed class EffectiveGateways
{
    /// <summary>The annotation of a Gateway that stands for one of the Gateway API: the Services, by host, whose pods serve it.</summary>
    public const string ServiceAnnotation = "internal.istio.io/gateway-service";

    /// <summary>The label of a Service whose ports are not led on: Gateways that select its pods mean the pods' ports.</summary>
    private const string NoTranslationLabel = "experimental.istio.io/disable-gateway-port-translation";

    private readonly ILookup<string, BoundServer> _byRouteName;

    private EffectiveGateways(ImmutableArray<GatewayPort> ports)
    {
        Ports = ports;
        _byRouteName = ports.SelectMany(port => port.Servers).Where(server => server.RouteName.Length > 0).ToLookup(server => server.RouteName);
    }

    public static EffectiveGateways None { get; } = new([]);

    /// <summary>In the order in which their first servers come.</summary>
    public ImmutableArray<GatewayPort> Ports { get; }

    /// <summary>The names of the route configurations its listeners ask for.</summary>
    public IEnumerable<string> RouteNames => _byRouteName.Select(group => group.Key);

    /// <summary>It forwards to any service by the server name of mutual TLS.</summary>
    public bool PassesThroughAutomatically => Ports.Any(port => port.Servers.Any(server => server.PassesThroughAutomatically));

    /// <summary>The servers whose requests a route configuration is for.</summary>
    public IEnumerable<BoundServer> ServersOf(string routeName) => _byRouteName[routeName];

    /// <param name="addresses">The proxy's own, by which the Services that lead to it are found.</param>
    public static EffectiveGateways For(MeshSnapshot snapshot, ImmutableDictionary<string, string> labels, ImmutableArray<string> addresses)
    {
        var targets = addresses.SelectMany(snapshot.InstancesAt).ToList();
        var translating = targets.Where(target => !target.Service.Labels.ContainsKey(NoTranslationLabel)).ToList();
        var merge = new GatewayMerge();
        foreach (var gateway in snapshot.Gateways)
        {
            if (ServicesOf(gateway) is { } services)
            {
                var own = targets.Where(target => services.Contains(target.Service.Host)).ToList();
                if (own.Count > 0)
                {
                    merge.Add(gateway, port => TargetPorts(own, port));
                }
            }
            else if (LabelMatch.IsSubset(gateway.Spec.Selector, labels))
            {
                // Of several Services that lead the port on, the first counts.
                merge.Add(gateway, port => [TargetPorts(translating, port) is [var first, ..] ? first : port]);
            }
        }

        return new EffectiveGateways(merge.Result());
    }

    private static HashSet<string>? ServicesOf(Gateway gateway) =>
        gateway.Metadata.Annotations.TryGetValue(ServiceAnnotation, out var services) ? [.. services.Split(',')] : null;

    /// <summary>Where a Service leads a port on to the proxy, the proxy listens at the target.</summary>
    private static List<int> TargetPorts(List<(MeshService Service, MeshServicePort Port, MeshEndpoint Endpoint)> targets, int port) =>
        [.. targets.Where(target => target.Port.Number == port).Select(target => target.Endpoint.Port).Distinct()];
}
