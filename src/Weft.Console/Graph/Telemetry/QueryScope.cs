using System.Collections.Immutable;
using System.Globalization;

namespace Weft.Console.Graph.Telemetry;

/// <summary>Namespaces that are asked for together, because their windows are equally long.</summary>
public sealed record QueryGroup(ImmutableArray<string> Namespaces, TimeSpan Window)
{
    /// <summary>Those of <see cref="Namespaces"/> that are in ambient mode: calls of them from elsewhere may be told by the calling side alone.</summary>
    public ImmutableArray<string> Ambient { get; init; } = [];

    /// <summary>The graph is that around a waypoint.</summary>
    public bool IsAroundWaypoint { get; init; }
}

/// <summary>The words that every query of one group shares.</summary>
internal sealed class QueryScope(GraphOptions options, QueryGroup group)
{
    private const int MostParts = 4;
    private const int FewestParted = 8;

    private readonly string _alternatives = string.Join('|', group.Namespaces);

    public GraphOptions Options => options;

    /// <summary>The group in at most four parts: what costs much is asked in parts, because Prometheus answers one query on one processor.</summary>
    public IEnumerable<QueryScope> Parts() => group.Namespaces.Length < FewestParted
        ? [this]
        : group.Namespaces.Chunk((group.Namespaces.Length + MostParts - 1) / MostParts).Select(part => new QueryScope(options, group with { Namespaces = [.. part], Ambient = [.. group.Ambient.Intersect(part)] }));

    public bool IsOfMany => group.Namespaces.Length > 1;

    public string Window { get; } = string.Create(CultureInfo.InvariantCulture, $"[{(long)group.Window.TotalSeconds}s]");

    public string InNamespaces => In(group.Namespaces);

    public bool HasAmbient => !group.Ambient.IsEmpty;

    public string InAmbient => In(group.Ambient);

    public bool IsAroundWaypoint => group.IsAroundWaypoint;

    public string OutsideSource => "source_workload_namespace" + (group.Namespaces.Length == 1 ? $"!=\"{_alternatives}\"" : $"!~\"{_alternatives}\"");

    public string NamespacePattern => group.Namespaces.Length == 1 ? _alternatives : $"({_alternatives})";

    public string Source => Reporter("source");

    public string Destination => Reporter("destination");

    public string WithoutZtunnel => options.AmbientTraffic is AmbientTraffic.None or AmbientTraffic.Waypoint ? "app!=\"ztunnel\"," : "";

    private static string In(ImmutableArray<string> names) => names.Length == 1 ? $"=\"{names[0]}\"" : $"=~\"{string.Join('|', names)}\"";

    private string Reporter(string side) =>
        options.AmbientTraffic is AmbientTraffic.Total or AmbientTraffic.Waypoint ? $"reporter=~\"waypoint|{side}\"" : $"reporter=\"{side}\"";
}
