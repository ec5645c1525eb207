using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Networking;

/// <summary>Istio's VirtualService: how requests to hosts are routed.</summary>
public sealed record VirtualService : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.istio.io/v1"; init; }

    public string Kind { get => field ?? "VirtualService"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public VirtualServiceSpec Spec { get => field ?? new(); init; }
}

public sealed record VirtualServiceSpec
{
    public ImmutableArray<string> Hosts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Gateways { get => field.OrEmpty(); init; }

    public ImmutableArray<HttpRoute> Http { get => field.OrEmpty(); init; }

    public ImmutableArray<TlsRoute> Tls { get => field.OrEmpty(); init; }

    public ImmutableArray<TcpRoute> Tcp { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ExportTo { get => field.OrEmpty(); init; }
}

/// <summary>Where traffic goes: a host of the registry, a subset of it, a port.</summary>
public sealed record Destination
{
    public string Host { get => field ?? ""; init; }

    public string? Subset { get; init; }

    public PortSelector? Port { get; init; }
}

public sealed record PortSelector
{
    public int Number { get; init; }
}

public sealed record TcpRoute
{
    public ImmutableArray<L4Match> Match { get => field.OrEmpty(); init; }

    public ImmutableArray<RouteDestination> Route { get => field.OrEmpty(); init; }
}

public sealed record TlsRoute
{
    public ImmutableArray<TlsMatch> Match { get => field.OrEmpty(); init; }

    public ImmutableArray<RouteDestination> Route { get => field.OrEmpty(); init; }
}

public sealed record RouteDestination
{
    public Destination Destination { get => field ?? new(); init; }

    public int Weight { get; init; }
}

/// <summary>All stated conditions of one entry must hold.</summary>
public sealed record L4Match
{
    public ImmutableArray<string> DestinationSubnets { get => field.OrEmpty(); init; }

    public int Port { get; init; }

    public ImmutableDictionary<string, string> SourceLabels { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Gateways { get => field.OrEmpty(); init; }

    public string? SourceNamespace { get; init; }
}

/// <summary>All stated conditions of one entry must hold; server names are alternatives.</summary>
public sealed record TlsMatch
{
    public ImmutableArray<string> SniHosts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> DestinationSubnets { get => field.OrEmpty(); init; }

    public int Port { get; init; }

    public ImmutableDictionary<string, string> SourceLabels { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Gateways { get => field.OrEmpty(); init; }

    public string? SourceNamespace { get; init; }
}
