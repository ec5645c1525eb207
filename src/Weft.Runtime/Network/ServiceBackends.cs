using System.Collections.Immutable;
using System.Net;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Network;

/// <summary>Where a port of a Service leads now.</summary>
internal static class ServiceBackends
{
    /// <summary>The ready endpoints; when none is ready, those that still serve while they terminate, as kube-proxy does.</summary>
    public static ImmutableArray<IPEndPoint> Of(ServicePort port, ImmutableArray<EndpointSlice> slices)
    {
        var ready = Where(port, slices, static conditions => conditions.Ready != false);
        return ready.IsEmpty ? Where(port, slices, static conditions => conditions is { Serving: true, Terminating: true }) : ready;
    }

    private static ImmutableArray<IPEndPoint> Where(ServicePort port, ImmutableArray<EndpointSlice> slices, Func<EndpointConditions, bool> wanted) =>
    [
        .. from slice in slices
           from offered in slice.Ports
           where (offered.Name ?? "") == (port.Name ?? "")
           from endpoint in slice.Endpoints
           where wanted(endpoint.Conditions)
           from address in endpoint.Addresses
           select new IPEndPoint(IPAddress.Parse(address), offered.Port ?? port.Port),
    ];
}
