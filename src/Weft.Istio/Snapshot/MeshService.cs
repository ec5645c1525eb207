using System.Collections.Immutable;
using Weft.Istio.Mesh;

namespace Weft.Istio.Snapshot;

/// <summary>A host of the registry, wherever it comes from: a Kubernetes Service or a host of a ServiceEntry.</summary>
public sealed record MeshService
{
    public required string Host { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public ServiceRegistry Registry { get; init; }

    public ServiceResolution Resolution { get; init; }

    /// <summary>Virtual addresses; empty for headless services and entries without address.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>The addresses that stand for its name in a request, where they are not <see cref="Addresses"/>.</summary>
    public ImmutableArray<string>? HostAddresses { get; init; }

    public ImmutableArray<MeshServicePort> Ports { get; init; } = [];

    public ImmutableArray<MeshEndpoint> Endpoints { get; init; } = [];

    /// <summary>Outside the mesh: no mutual TLS is attempted by itself.</summary>
    public bool IsExternal { get; init; }

    public ImmutableArray<string> ExportTo { get; init; } = ["*"];

    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    /// <summary>The host that this one only is another name for.</summary>
    public string? AliasOf { get; init; }

    public string? TrafficDistribution { get; init; }

    /// <summary>
    /// Clients are told of its endpoints that are not ready, too: where the service says which endpoints are preferred, that is how they know when to go further away.
    /// </summary>
    public bool TellsUnready => TrafficDistribution is "PreferClose" or "PreferSameZone" or "PreferSameNode";

    /// <summary>Only endpoints on the client's own node.</summary>
    public bool NodeLocal { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The pods behind it; empty when endpoints are given by hand.</summary>
    public ImmutableDictionary<string, string> Selector { get; init; } = ImmutableDictionary<string, string>.Empty;

    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>The one object that everything but the endpoints was read from; null when there are several.</summary>
    internal object? Source { get; init; }

    public bool IsHeadless => Resolution == ServiceResolution.Passthrough && Registry == ServiceRegistry.Kubernetes;

    public MeshServicePort? Port(int number)
    {
        foreach (var port in Ports)
        {
            if (port.Number == number)
            {
                return port;
            }
        }

        return null;
    }

    public IEnumerable<MeshEndpoint> EndpointsOf(MeshServicePort port) => Endpoints.Where(endpoint => endpoint.PortName == port.Name);

    public bool IsVisibleIn(string @namespace)
    {
        foreach (var target in ExportTo)
        {
            if (target == "*" || target == @namespace || (target == "." && Namespace == @namespace))
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => Host;

    /// <summary>True when both were read from the same object and have the same endpoints.</summary>
    internal bool IsAs(MeshService other) => Source is not null && ReferenceEquals(Source, other.Source) && Endpoints.AsSpan().SequenceEqual(other.Endpoints.AsSpan());
}

public enum ServiceRegistry
{
    Kubernetes,
    External,
}

/// <summary>How a client finds the endpoints of a host.</summary>
public enum ServiceResolution
{
    /// <summary>The control plane sends the endpoints.</summary>
    Endpoints,

    /// <summary>The client's own destination address is kept.</summary>
    Passthrough,

    Dns,
    DnsRoundRobin,

    /// <summary>The client resolves the name that a request or a handshake states for a wildcard host.</summary>
    DynamicDns,

    /// <summary>Another host answers.</summary>
    Alias,
}

public sealed record MeshServicePort(int Number, string Name, PortProtocol Protocol, int TargetPort = 0);

/// <summary>One instance behind one port of a service.</summary>
public sealed record MeshEndpoint
{
    public required string Address { get; init; }

    public required int Port { get; init; }

    /// <summary>The service port it belongs to.</summary>
    public required string PortName { get; init; }

    public required string Namespace { get; init; }

    public string WorkloadName { get; init; } = "";

    public string ServiceAccount { get; init; } = "";

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public Locality Locality { get; init; }

    public string NodeName { get; init; } = "";

    public string Hostname { get; init; } = "";

    public uint Weight { get; init; } = 1;

    /// <summary>Null when nobody checks it (entries written by hand).</summary>
    public bool? Ready { get; init; }

    /// <summary>It is not ready because it ends.</summary>
    public bool Terminates { get; init; }

    /// <summary>A sidecar serves it and accepts mutual TLS.</summary>
    public bool AcceptsMutualTls { get; init; }

    /// <summary>Empty when it is in none, so that everybody reaches it.</summary>
    public string Network { get; init; } = "";

    /// <summary>It stands for endpoints of another network.</summary>
    public bool IsNetworkGateway { get; init; }

    public CanonicalService Canonical => CanonicalService.Of(Labels, WorkloadName);
}

public readonly record struct Locality(string Region, string Zone, string Subzone) : IComparable<Locality>
{
    public static readonly Locality None = new("", "", "");

    public bool IsNone => string.IsNullOrEmpty(Region) && string.IsNullOrEmpty(Zone) && string.IsNullOrEmpty(Subzone);

    /// <summary>Reads region/zone/subzone; parts may be missing.</summary>
    public static Locality Parse(string? text)
    {
        var parts = (text ?? "").Split('/', 3);
        return new(parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
    }

    public int CompareTo(Locality other) => string.CompareOrdinal(ToString(), other.ToString());

    public override string ToString() => IsNone ? "" : string.IsNullOrEmpty(Zone) && string.IsNullOrEmpty(Subzone) ? Region : string.IsNullOrEmpty(Subzone) ? $"{Region}/{Zone}" : $"{Region}/{Zone}/{Subzone}";

    public static bool operator <(Locality left, Locality right) => left.CompareTo(right) < 0;

    public static bool operator <=(Locality left, Locality right) => left.CompareTo(right) <= 0;

    public static bool operator >(Locality left, Locality right) => left.CompareTo(right) > 0;

    public static bool operator >=(Locality left, Locality right) => left.CompareTo(right) >= 0;
}
