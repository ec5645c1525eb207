using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>The older form of the addresses behind a Service.</summary>
public sealed record Endpoints : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "Endpoints"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public ImmutableArray<EndpointSubset> Subsets { get => field.OrEmpty(); init; }
}

public sealed record EndpointSubset
{
    public ImmutableArray<EndpointAddress> Addresses { get => field.OrEmpty(); init; }

    public ImmutableArray<EndpointAddress> NotReadyAddresses { get => field.OrEmpty(); init; }

    public ImmutableArray<EndpointPort> Ports { get => field.OrEmpty(); init; }
}

public sealed record EndpointAddress
{
    public string Ip { get => field ?? ""; init; }

    public string? Hostname { get; init; }

    public string? NodeName { get; init; }

    public ObjectReference? TargetRef { get; init; }
}

/// <summary>Of Endpoints and of EndpointSlices.</summary>
public sealed record EndpointPort
{
    public string? Name { get; init; }

    public int? Port { get; init; }

    public string? Protocol { get; init; }

    public string? AppProtocol { get; init; }
}
