using System.Collections.Immutable;
using System.Diagnostics;
using Weft.Console.Graph.Appenders;
using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Graph;

/// <summary>
/// Makes traffic graphs. The path of every graph is this class, read from top to bottom: options, queries (at once, over all namespaces; those that fill gaps after the others),
/// nodes and edges as soon as their traffic is known, the steps in their order, the finished graph.
/// </summary>
public static class GraphPipeline
{
    private static readonly IAppender[] Steps =
    [
        new ServiceEntryAppender(),
        new DeadNodeAppender(),
        new WorkloadEntryAppender(),
        new ResponseTimeAppender(),
        new SecurityPolicyAppender(),
        new ThroughputAppender(),
        new AggregateNodeAppender(),
        new IdleNodeAppender(),
        new MeshCheckAppender(),
        new ExtensionAppender(),
        new OutsiderAppender(),
        new IstioAppender(),
        new AmbientAppender(),
        new HealthAppender(),
        new LabelerAppender(),
        new TrafficGeneratorAppender(),
        new ServiceReduction(),
        new EdgeHealthAppender(),
        new WaypointEdges(),
        new Boxing(),
    ];

    /// <summary>Asks for everything that the graph needs and makes it. Fails when any query fails.</summary>
    public static Task<TrafficGraph> RunAsync(
        GraphOptions options, MeshInventory mesh, HealthRules healthRules, TelemetryQuery query, CancellationToken cancellationToken) =>
        RunAsync(options, GroupsOf(options, mesh), mesh, healthRules, query, new IdHashes(), cancellationToken);

    internal static async Task<TrafficGraph> RunAsync(
        GraphOptions options,
        ImmutableArray<QueryGroup> groups,
        MeshInventory mesh,
        HealthRules healthRules,
        TelemetryQuery query,
        IdHashes hashes,
        CancellationToken cancellationToken)
    {
        options = Normalized(options);
        var queries = GraphQueryPlan.For(options, groups);
        var asked = queries.Where(one => !one.FillsGaps).Select(one => (Query: one, Answer: AskAsync(one))).ToList();
        var all = Task.WhenAll(asked.Select(one => one.Answer));
        var traffic = ReadAsync();
        await Task.WhenAll(all, traffic).ConfigureAwait(false);
        var (map, answers) = (await traffic.ConfigureAwait(false), await all.ConfigureAwait(false));
        if (queries.Any(one => one.FillsGaps) && ResponseTimeGaps.Of(options, answers) is { Count: > 0 } services)
        {
            var gaps = queries.Where(one => one.FillsGaps).Select(one => AskAsync(GraphQueryPlan.Narrowed(one, services)));
            answers = [.. answers, .. await Task.WhenAll(gaps).ConfigureAwait(false)];
        }

        return Finish(new GraphContext(options, mesh, healthRules, map, answers), hashes);

        // The traffic is read while the costlier questions are still being answered.
        async Task<TrafficMap> ReadAsync() =>
            Read(options, mesh, await Task.WhenAll(asked.Where(one => one.Query.IsOfTraffic).Select(one => one.Answer)).ConfigureAwait(false));

        async Task<TelemetryAnswer> AskAsync(GraphQuery one) => new(one, await query(one, options.QueryTime, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Everything after the queries. Pure.</summary>
    internal static TrafficGraph Build(GraphOptions options, MeshInventory mesh, HealthRules healthRules, IReadOnlyList<TelemetryAnswer> answers, IdHashes hashes) =>
        Finish(new GraphContext(options, mesh, healthRules, Read(options, mesh, [.. answers.Where(answer => answer.Query.IsOfTraffic)]), answers), hashes);

    private static TrafficMap Read(GraphOptions options, MeshInventory mesh, TelemetryAnswer[] answers)
    {
        var map = new TrafficMap();
        // Most traffic is reported by both sides.
        var reader = new TrafficReader(options, mesh, map, answers.Sum(answer => answer.Vector.Count) / 2);
        foreach (var (query, vector) in answers)
        {
            reader.Read(query, vector);
        }

        return map;
    }

    private static TrafficGraph Finish(GraphContext context, IdHashes hashes)
    {
        var times = ImmutableArray.CreateBuilder<KeyValuePair<string, TimeSpan>>(Steps.Length);
        foreach (var step in Steps.Where(step => step.IsWanted(context.Options)))
        {
            var started = Stopwatch.GetTimestamp();
            step.Apply(context);
            times.Add(new(step.GetType().Name.Replace("Appender", "", StringComparison.Ordinal), Stopwatch.GetElapsedTime(started)));
        }

        return TrafficGraphBuilder.Build(context, hashes) with { StepTimes = times.DrainToImmutable() };
    }

    internal static GraphOptions Normalized(GraphOptions options) =>
        options.GraphType == GraphType.Service ? options with { InjectServiceNodes = true } : options;

    /// <summary>A namespace younger than the window is asked for its lifetime only; namespaces of one window are asked together.</summary>
    internal static ImmutableArray<QueryGroup> GroupsOf(GraphOptions options, MeshInventory mesh) =>
    [
        .. options.Namespaces
            .Distinct()
            .GroupBy(name => WindowOf(options, mesh.FindNamespace(name)))
            .Select(group => new QueryGroup([.. group], group.Key)
            {
                Ambient = [.. group.Where(name => mesh.FindNamespace(name)?.IsAmbient == true)],
                IsAroundWaypoint = options.Focus is { Kind: FocusKind.Workload } focus && mesh.Waypoints.Contains(new NamespacedName(focus.Namespace, focus.Name)),
            }),
    ];

    private static TimeSpan WindowOf(GraphOptions options, NamespaceInventory? ns)
    {
        var age = ns is null ? options.Duration : options.QueryTime - ns.Created;
        return age > TimeSpan.Zero && age < options.Duration ? TimeSpan.FromSeconds(Math.Max(1, Math.Floor(age.TotalSeconds))) : options.Duration;
    }
}
