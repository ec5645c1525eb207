using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Objects;

/// <summary>Some of the addresses behind a Service.</summary>
public sealed record EndpointSlice : IKubeObject
{
    public string ApiVersion { get => field ?? "discovery.k8s.io/v1"; init; }

    public string Kind { get => field ?? "EndpointSlice"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public string AddressType { get => field ?? ""; init; }

    public ImmutableArray<Endpoint> Endpoints { get => field.OrEmpty(); init; }

    public ImmutableArray<EndpointPort> Ports { get => field.OrEmpty(); init; }
}

public sealed record Endpoint
{
    public ImmutableArray<string> Addresses { get => field.OrEmpty(); init; }

    public EndpointConditions Conditions { get => field ?? EndpointConditions.None; init; }

    public string? Hostname { get; init; }

    public ObjectReference? TargetRef { get; init; }

    public ImmutableDictionary<string, string> DeprecatedTopology { get => field.OrEmpty(); init; }

    public string? NodeName { get; init; }

    public string? Zone { get; init; }

    public JsonObject? Hints { get; init; }
}

/// <summary>Absent means true for ready and serving, false for terminating.</summary>
public sealed record EndpointConditions : IObjectPart
{
    internal static readonly EndpointConditions None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public bool? Ready { get; init; }

    public bool? Serving { get; init; }

    public bool? Terminating { get; init; }
}
