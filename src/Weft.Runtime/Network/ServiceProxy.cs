using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers;

namespace Weft.Runtime.Network;

/// <summary>
/// The kube-proxy of the embedded node: listens on every ClusterIP and TCP port, on the node's address for node ports and on the load
/// balancer's for Services of that type, and forwards to the ready endpoints in turn. What has no endpoints refuses by closing.
/// </summary>
internal sealed partial class ServiceProxy(Cluster cluster, IPAddress node, LoadBalancerPorts loadBalancer, TimeProvider time, ILogger logger)
{
    private readonly HashSet<IPEndPoint> _refused = [];
    private readonly Dictionary<NamespacedName, ImmutableDictionary<IPEndPoint, ServicePortListener>> _listeners = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new Reconciler("Service", ReconcileAsync, time, logger)
                .On(cluster.Services)
                .On(cluster.EndpointSlices, ServiceOf)
                .RunAsync(cancellationToken);
        }
        finally
        {
            foreach (var listener in _listeners.Values.SelectMany(ports => ports.Values))
                await listener.DisposeAsync();
        }
    }

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        var present = _listeners.GetValueOrDefault(name, ImmutableDictionary<IPEndPoint, ServicePortListener>.Empty);
        var wanted = Wanted(name);
        foreach (var (address, listener) in present.Where(item => !wanted.ContainsKey(item.Key)))
        {
            await listener.DisposeAsync();
            present = present.Remove(address);
        }

        foreach (var (address, backends) in wanted)
        {
            if (present.TryGetValue(address, out var listener))
                listener.Backends = backends;
            else if (TryListen(name, address, backends) is { } opened)
                present = present.Add(address, opened);
        }

        _listeners[name] = present;
        if (present.IsEmpty)
            _listeners.Remove(name);
        return present.Count < wanted.Count ? TimeSpan.FromSeconds(5) : null;
    }

    private Dictionary<IPEndPoint, ImmutableArray<IPEndPoint>> Wanted(NamespacedName name)
    {
        if (cluster.Services.Find(name) is not { } service || !IPAddress.TryParse(service.Spec.ClusterIP, out var clusterIP))
            return [];
        var slices = cluster.EndpointSlices.InNamespace(name.Namespace).Where(slice => ServiceOf(slice).Contains(name)).ToImmutableArray();
        return service.Spec.Ports
            .Where(port => (port.Protocol ?? "TCP") == "TCP")
            .SelectMany(port => Addresses(service, clusterIP, port), (port, address) => (address, backends: ServiceBackends.Of(port, slices)))
            .DistinctBy(each => each.address)
            .ToDictionary(each => each.address, each => each.backends);
    }

    private IEnumerable<IPEndPoint> Addresses(Service service, IPAddress clusterIP, ServicePort port)
    {
        yield return new IPEndPoint(clusterIP, port.Port);
        if (port.NodePort > 0)
            yield return new IPEndPoint(node, port.NodePort);
        if (service.Spec.Type == "LoadBalancer" && loadBalancer.Of(port.Port) is { } outside)
            yield return new IPEndPoint(loadBalancer.Address, outside);
    }

    private ServicePortListener? TryListen(NamespacedName service, IPEndPoint address, ImmutableArray<IPEndPoint> backends)
    {
        try
        {
            var listener = new ServicePortListener(address, backends);
            _refused.Remove(address);
            return listener;
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            // Tried again every few seconds: said once.
            if (_refused.Add(address))
                LogCannotListen(service, address, failure.Message);
            return null;
        }
    }

    private static IEnumerable<NamespacedName> ServiceOf(EndpointSlice slice) =>
        slice.Metadata.Labels.TryGetValue("kubernetes.io/service-name", out var name) ? [new NamespacedName(slice.Metadata.Namespace ?? "", name)] : [];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service} cannot be served at {Address}: {Problem}")]
    private partial void LogCannotListen(NamespacedName service, IPEndPoint address, string problem);
}
