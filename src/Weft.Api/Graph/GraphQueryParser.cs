using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Console.Graph;
using Weft.Console.Inventory;

namespace Weft.Api.Graph;

/// <summary>Reads the options of a graph from a query string; words and codes of its refusals are Kiali's. Unknown parameters are ignored, as there.</summary>
internal static partial class GraphQueryParser
{
    /// <summary>Options of the graph of whole namespaces.</summary>
    public static GraphOptions ForNamespaces(IQueryCollection query, MeshInventory mesh, DateTimeOffset now)
    {
        var namespaces = List(query, "namespaces");
        return namespaces.IsEmpty
            ? throw ApiException.BadRequest("At least one namespace must be specified via the namespaces query parameter.")
            : Parse(query, namespaces, null, mesh, now);
    }

    /// <summary>Options of the graph around one node.</summary>
    public static GraphOptions ForNode(IQueryCollection query, GraphFocus focus, MeshInventory mesh, DateTimeOffset now)
    {
        if (focus.Kind == FocusKind.Aggregate && !LabelName().IsMatch(focus.Name))
        {
            throw ApiException.BadRequest($"Invalid aggregate [{focus.Name}]");
        }

        var options = Parse(query, [focus.Namespace], focus with { Cluster = Text(query, "clusterName") }, mesh, now);
        return focus.Kind == FocusKind.App && options.GraphType is not (GraphType.App or GraphType.VersionedApp)
            ? throw ApiException.BadRequest($"Invalid graphType [{GraphMapping.NameOf(options.GraphType)}]. This node detail graph supports only graphType app or versionedApp.")
            : options;
    }

    private static GraphOptions Parse(IQueryCollection query, ImmutableArray<string> namespaces, GraphFocus? focus, MeshInventory mesh, DateTimeOffset now)
    {
        var options = new GraphOptions
        {
            Namespaces = namespaces,
            Focus = focus,
            GraphType = GraphTypeOf(query),
            Duration = DurationOf(query),
            QueryTime = QueryTimeOf(query, now),
            Refresh = RefreshOf(query),
            Appenders = AppendersOf(query),
            BoxBy = BoxByOf(query),
            InjectServiceNodes = Flag(query, "injectServiceNodes", false, "injectServiceNodes"),
            IncludeIdleEdges = Flag(query, "includeIdleEdges", false, "includeIdleEdges"),
            ShowWaypoints = Flag(query, "waypoints", true, "waypoints param"),
            HttpRate = Choice(query, "rateHttp", HttpRate.Requests, "Invalid HTTP Rate [{0}]"),
            GrpcRate = Choice(query, "rateGrpc", GrpcRate.Requests, "Invalid gRPC Rate [{0}]"),
            TcpRate = Choice(query, "rateTcp", TcpRate.Sent, "Invalid TCP Rate [{0}]"),
            // Kiali prints the default instead of the value; clients have only ever seen that.
            AmbientTraffic = Choice(query, "ambientTraffic", AmbientTraffic.Total, "Invalid Ambient Traffic [total]"),
            ResponseTime = ResponseTimeOf(query),
            RequestThroughput = IsRequestThroughput(query),
            Aggregate = AggregateOf(query),
        };
        CheckRest(query);
        if (ReferenceEquals(mesh, MeshInventory.Empty))
        {
            throw ApiException.NotReady();
        }

        foreach (var ns in namespaces)
        {
            if (mesh.FindNamespace(ns) is null)
            {
                throw ApiException.Forbidden($"Requested namespace [{ns}] is not accessible.");
            }
        }

        return options;
    }

    private static GraphType GraphTypeOf(IQueryCollection query) => Text(query, "graphType") switch
    {
        null or "workload" => GraphType.Workload,
        "app" => GraphType.App,
        "service" => GraphType.Service,
        "versionedApp" => GraphType.VersionedApp,
        var other => throw ApiException.BadRequest($"Invalid graphType [{other}]"),
    };

    private static TimeSpan DurationOf(IQueryCollection query)
    {
        var text = Text(query, "duration");
        return text is null ? TimeSpan.FromMinutes(10)
            : PromDuration.TryParse(text, out var duration) ? duration
            : throw ApiException.BadRequest($"Invalid duration [{text}]");
    }

    private static DateTimeOffset QueryTimeOf(IQueryCollection query, DateTimeOffset now)
    {
        var text = Text(query, "queryTime");
        return text is null ? LiveTimeOf(query, now)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 253402300800
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw ApiException.BadRequest($"Invalid queryTime [{text}]");
    }

    /// <summary>Viewers of "now" meet at common times and share a graph; a <c>refreshInterval</c> that is not positive asks for one of its own, as in Kiali.</summary>
    private static DateTimeOffset LiveTimeOf(IQueryCollection query, DateTimeOffset now)
    {
        return GraphService.LiveTime(now, Text(query, "refreshInterval") is ['-' or '0', ..] ? TimeSpan.FromSeconds(1) : GraphService.LiveStep);
    }

    /// <summary>Only of "now", and only where the next question comes soon.</summary>
    private static TimeSpan? RefreshOf(IQueryCollection query) =>
        Text(query, "queryTime") is null && long.TryParse(Text(query, "refreshInterval"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is > 0 and <= 60_000
            ? TimeSpan.FromMilliseconds(Math.Max(milliseconds, GraphService.LiveStep.TotalMilliseconds))
            : null;

    /// <summary>A present but empty list means none; an absent one all.</summary>
    private static ImmutableHashSet<string>? AppendersOf(IQueryCollection query)
    {
        if (!query.ContainsKey("appenders"))
        {
            return null;
        }

        var names = List(query, "appenders");
        return names.FirstOrDefault(name => !AppenderNames.IsKnown(name)) is { } unknown
            ? throw ApiException.BadRequest($"Invalid appender [{unknown}]")
            : [.. names];
    }

    private static BoxBy BoxByOf(IQueryCollection query) => List(query, "boxBy").Aggregate(BoxBy.None, (boxes, name) => boxes | name switch
    {
        "app" => BoxBy.App,
        "cluster" => BoxBy.Cluster,
        "namespace" => BoxBy.Namespace,
        "none" => BoxBy.None,
        _ => throw ApiException.BadRequest($"Invalid boxBy [{name}]"),
    });

    private static string ResponseTimeOf(IQueryCollection query) => Text(query, "responseTime") switch
    {
        null => "95",
        "avg" or "50" or "95" or "99" => Text(query, "responseTime")!,
        var other => throw ApiException.BadRequest($"Invalid responseTime, must be one of: avg | 50 | 95 | 99: [{other}]"),
    };

    private static bool IsRequestThroughput(IQueryCollection query) => Text(query, "throughputType") switch
    {
        null or "response" => false,
        "request" => true,
        var other => throw ApiException.BadRequest($"Invalid throughputType, expecting one of (request, response). [{other}]"),
    };

    private static string AggregateOf(IQueryCollection query)
    {
        var name = Text(query, "aggregate") ?? GraphOptions.DefaultAggregate;
        return LabelName().IsMatch(name) ? name : throw ApiException.BadRequest($"Invalid aggregate [{name}]");
    }

    private static void CheckRest(IQueryCollection query)
    {
        if (Text(query, "configVendor") is { } config and not "common")
        {
            throw ApiException.BadRequest($"Invalid configVendor [{config}]");
        }

        if (Text(query, "telemetryVendor") is { } telemetry and not "istio")
        {
            throw ApiException.BadRequest($"Invalid telemetryVendor [{telemetry}]");
        }

        if (Text(query, "refreshInterval") is { } interval && !long.TryParse(interval, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            throw ApiException.BadRequest($"Invalid refresh interval [{interval}]");
        }
    }

    /// <summary>Go's spellings of a boolean.</summary>
    private static bool Flag(IQueryCollection query, string name, bool absent, string label) => Text(query, name) switch
    {
        null => absent,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        var other => throw ApiException.BadRequest($"Invalid {label} [{other}]"),
    };

    private static T Choice<T>(IQueryCollection query, string name, T absent, string refusal)
        where T : struct, Enum
    {
        var text = Text(query, name);
        if (text is null)
        {
            return absent;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw ApiException.BadRequest(refusal.Replace("{0}", text, StringComparison.Ordinal));
    }

    /// <summary>The first value of a parameter; null when absent or empty.</summary>
    private static string? Text(IQueryCollection query, string name) => query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    private static ImmutableArray<string> List(IQueryCollection query, string name) =>
        [.. (Text(query, name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex LabelName();
}
