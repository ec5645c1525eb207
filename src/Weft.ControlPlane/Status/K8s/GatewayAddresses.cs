using System.Collections.Immutable;
using System.Globalization;
using Weft.Istio.Effective;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>Where a Gateway is reached: at its Services, whose pods must be there.</summary>
/// <param name="Internal">Hosts and ports that proxies listen for.</param>
/// <param name="External">Addresses of load balancers.</param>
/// <param name="Cluster">Addresses within the cluster.</param>
/// <param name="Missing">What is not there, of which port or Service.</param>
/// <param name="AllExist">Every Service is there.</param>
internal sealed record GatewayAddresses(ImmutableSortedSet<string> Internal, ImmutableSortedSet<string> External, ImmutableSortedSet<string> Cluster, ImmutableSortedSet<string> Missing, bool AllExist)
{
    private static readonly GatewayAddresses s_none = new([], [], [], [], true);

    /// <param name="listeners">Of the Gateway, or of one of its ListenerSets.</param>
    public static GatewayAddresses Of(K8sGatewayOutcome outcome, IEnumerable<K8sListenerOutcome> listeners, MeshSnapshot snapshot)
    {
        var ports = listeners.Select(listener => listener.Listener.Port).ToHashSet();
        var @namespace = outcome.Gateway.Metadata.Namespace ?? "";
        return outcome.Services.Aggregate(s_none, (found, host) => snapshot.ServicesOf(host).FirstOrDefault(service => service.Namespace == @namespace) is { } service
            ? ports.Aggregate(found.With(service, snapshot), (sum, port) => sum.With(service, port))
            : found with { Missing = found.Missing.Add(Absent(host, snapshot)), AllExist = false });
    }

    private static string Absent(string host, MeshSnapshot snapshot) => snapshot.ServicesOf(host) is { IsEmpty: false } elsewhere
        ? $"hostname \"{host}\" is of namespace {string.Join(", ", elsewhere.Select(service => service.Namespace))}, not of the Gateway's"
        : $"hostname \"{host}\" not found";

    private GatewayAddresses With(MeshService service, MeshSnapshot snapshot)
    {
        var source = snapshot.Objects.Services.FirstOrDefault(item => item.Metadata.Name == service.Name && item.Metadata.Namespace == service.Namespace);
        var external = source is null ? [] : ExternalOf(source);
        var isPending = source?.Spec.Type == "LoadBalancer" && external.Count == 0;
        return this with
        {
            External = External.Union(external),
            Cluster = Cluster.Union(service.Addresses),
            Missing = isPending ? Missing.Add($"address pending for hostname \"{service.Host}\"") : Missing,
        };
    }

    private GatewayAddresses With(MeshService service, int port)
    {
        if (service.Port(port) is not { } found)
        {
            return this with { Missing = Missing.Add(string.Create(CultureInfo.InvariantCulture, $"port {port} not found for hostname \"{service.Host}\"")) };
        }

        return service.EndpointsOf(found).Any(endpoint => endpoint.Ready != false)
            ? this with { Internal = Internal.Add(string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port}")) }
            : this with { Missing = Missing.Add($"no instances found for hostname \"{service.Host}\"") };
    }

    private static List<string> ExternalOf(Service service) =>
    [
        .. service.Spec.ExternalIPs,
        .. (service.Status.LoadBalancer?.Ingress ?? []).Select(ingress => string.IsNullOrEmpty(ingress.Ip) ? ingress.Hostname ?? "" : ingress.Ip).Where(address => address.Length > 0),
    ];
}
