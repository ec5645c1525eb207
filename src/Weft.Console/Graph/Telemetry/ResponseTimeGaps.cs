using Weft.Console.Graph.Appenders;

namespace Weft.Console.Graph.Telemetry;

/// <summary>
/// The services whose requests have no response time yet. What the called side reports counts first, so the calling side need only be asked
/// about traffic of which the called side reports nothing: calls that leave the mesh or fail on the way.
/// </summary>
internal static class ResponseTimeGaps
{
    /// <summary>Names of services, as <c>destination_service_name</c>, among the requests of these answers. Pure.</summary>
    public static SortedSet<string> Of(GraphOptions options, IReadOnlyList<TelemetryAnswer> answers)
    {
        var known = Known(answers);
        var services = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (query, vector) in answers)
        {
            for (var i = 0; query.Kind == TelemetryKind.Requests && i < vector.Count; i++)
            {
                var sample = vector[i];
                if (sample.Value > 0
                    && TrafficResponse.Of(query.Kind, sample, options) is not null
                    && TrafficPeers.TryRead(sample, groupsByHost: true, out var peers)
                    && !known.Contains((peers, sample[TelemetryLabel.RequestProtocol])))
                {
                    services.Add(peers.Service);
                }
            }
        }

        return services;
    }

    // Finer than edges: what is one edge by several peers is asked about once too often, never too seldom.
    private static HashSet<(TrafficPeers Peers, string? Protocol)> Known(IReadOnlyList<TelemetryAnswer> answers)
    {
        var times = answers.Where(answer => answer.Query.Kind == TelemetryKind.ResponseTime).ToList();
        var known = new HashSet<(TrafficPeers, string?)>(times.Sum(answer => answer.Vector.Count), new ByPeers());
        foreach (var (_, vector) in times)
        {
            for (var i = 0; i < vector.Count; i++)
            {
                var sample = vector[i];
                if (!double.IsNaN(sample.Value) && TrafficPeers.TryRead(sample, groupsByHost: true, out var peers))
                {
                    known.Add((peers, sample[TelemetryLabel.RequestProtocol]));
                }
            }
        }

        return known;
    }

    /// <summary>Hashes the peers only: one pair speaks one protocol, as a rule.</summary>
    private sealed class ByPeers : IEqualityComparer<(TrafficPeers Peers, string? Protocol)>
    {
        public bool Equals((TrafficPeers Peers, string? Protocol) one, (TrafficPeers Peers, string? Protocol) other) =>
            one.Protocol == other.Protocol && one.Peers.Equals(other.Peers);

        public int GetHashCode((TrafficPeers Peers, string? Protocol) pair) => pair.Peers.GetHashCode();
    }
}
