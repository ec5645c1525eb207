namespace Weft.Console.Graph.Model;

/// <summary>An edge while its graph is being made. Mutable, owned by its source node.</summary>
internal sealed class TrafficEdge(TrafficNode source, TrafficNode target, Protocol protocol)
{
    private RateTally _rates;

    public TrafficNode Source => source;

    public TrafficNode Target => target;

    public Protocol Protocol => protocol;

    public ref RateTally Rates => ref _rates;

    public ResponseTally Responses { get; private init; } = new();

    public double? ResponseTime { get; set; }

    public double Throughput { get; set; }

    public double MutualTlsRate { get; set; }

    public double SecuredRate { get; set; }

    public string? SourcePrincipal { get; set; }

    public string? DestinationPrincipal { get; set; }

    public string? HealthStatus { get; set; }

    /// <summary>What the edge is to the waypoint at one of its ends; null without one.</summary>
    public WaypointDirection? Waypoint { get; set; }

    /// <summary>The edge back from the waypoint, which is shown as one with this.</summary>
    public TrafficEdge? Returning { get; set; }

    /// <summary>The same traffic and findings between other nodes.</summary>
    public TrafficEdge Between(TrafficNode newSource, TrafficNode newTarget) => new(newSource, newTarget, protocol)
    {
        Rates = _rates,
        Responses = Copy(Responses),
        ResponseTime = ResponseTime,
        Throughput = Throughput,
        MutualTlsRate = MutualTlsRate,
        SecuredRate = SecuredRate,
        SourcePrincipal = SourcePrincipal,
        DestinationPrincipal = DestinationPrincipal,
        HealthStatus = HealthStatus,
    };

    /// <summary>Adds only the traffic of another edge.</summary>
    public void AddTraffic(TrafficEdge other)
    {
        _rates.Add(other._rates);
        Responses.Add(other.Responses);
    }

    private static ResponseTally Copy(ResponseTally responses)
    {
        var copy = new ResponseTally();
        copy.Add(responses);
        return copy;
    }
}
