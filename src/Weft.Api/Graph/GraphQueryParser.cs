using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console.Graph;
using Weft.Console.Inventory;

namespace Weft.Api.Graph;

/// <summary>Reads the options of a graph from a query string; words and codes of its refusals are Kiali's. Unknown parameters are ignored, as there.</summary>
internal static partial class GraphQueryParser
{
    /// <summary>Options of the graph of whole namespaces.</summary>
    public static GraphOptions ForNamespaces(IQueryCollection query, MeshInventory mesh, DateTimeOffset now) => Parse(query, null, mesh, now);

    /// <summary>Options of the graph around one node.</summary>
    public static GraphOptions ForNode(IQueryCollection query, GraphFocus focus, MeshInventory mesh, DateTimeOffset now) =>
        Parse(query, focus with { Cluster = Text(query, "clusterName") }, mesh, now);

    /// <summary>Reads and checks in Kiali's order, so that of several faults the same one is told; what only one appender reads is checked only when that runs.</summary>
    private static GraphOptions Parse(IQueryCollection query, GraphFocus? focus, MeshInventory mesh, DateTimeOffset now)
    {
        CheckVendor(query, "configVendor", "common");
        var duration = DurationOf(query);
        var type = GraphTypeOf(query, focus);
        var boxes = BoxByOf(query);
        var withIdle = Flag(query, "includeIdleEdges", false, "includeIdleEdges");
        // Service graphs always have service nodes: what is asked is not even read.
        var withServices = type != GraphType.Service && Flag(query, "injectServiceNodes", false, "injectServiceNodes");
        var time = QueryTimeOf(query, now);
        CheckRefresh(query);
        CheckVendor(query, "telemetryVendor", "istio");
        var options = new GraphOptions
        {
            Namespaces = NamespacesOf(query, focus, mesh, now),
            Focus = focus,
            GraphType = type,
            Duration = duration,
            QueryTime = time,
            Refresh = RefreshOf(query),
            BoxBy = boxes,
            InjectServiceNodes = withServices,
            IncludeIdleEdges = withIdle,
            // Kiali prints the default instead of the value; clients have only ever seen that.
            AmbientTraffic = Choice(query, "ambientTraffic", AmbientTraffic.Total, "Invalid Ambient Traffic [total]"),
            GrpcRate = Choice(query, "rateGrpc", GrpcRate.Requests, "Invalid gRPC Rate [{0}]"),
            HttpRate = Choice(query, "rateHttp", HttpRate.Requests, "Invalid HTTP Rate [{0}]"),
            TcpRate = Choice(query, "rateTcp", TcpRate.Sent, "Invalid TCP Rate [{0}]"),
            Appenders = AppendersOf(query),
        };
        return WithAppenderOptions(query, options);
    }

    private static GraphOptions WithAppenderOptions(IQueryCollection query, GraphOptions options)
    {
        if (options.Focus is { Kind: FocusKind.Aggregate } aggregate && !LabelName().IsMatch(aggregate.Name))
        {
            throw ApiException.BadRequest($"Invalid aggregate [{aggregate.Name}]");
        }

        return options with
        {
            ResponseTime = options.Wants(AppenderNames.ResponseTime) ? ResponseTimeOf(query) : options.ResponseTime,
            RequestThroughput = options.Wants(AppenderNames.Throughput) && IsRequestThroughput(query),
            Aggregate = options.Wants(AppenderNames.AggregateNode) ? AggregateOf(query) : options.Aggregate,
            ShowWaypoints = !options.Wants(AppenderNames.Ambient) || Flag(query, "waypoints", true, "waypoints param"),
        };
    }

    /// <summary>The node's namespace, or those of the parameter. Each must be there, and have been there at the time that is asked for.</summary>
    private static ImmutableArray<string> NamespacesOf(IQueryCollection query, GraphFocus? focus, MeshInventory mesh, DateTimeOffset now)
    {
        var text = focus?.Namespace ?? Text(query, "namespaces") ?? throw ApiException.BadRequest("At least one namespace must be specified via the namespaces query parameter.");
        if (ReferenceEquals(mesh, MeshInventory.Empty))
        {
            throw ApiException.NotReady();
        }

        ImmutableArray<string> names = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
        DateTimeOffset? asked = Text(query, "queryTime") is null ? null : QueryTimeOf(query, now);
        foreach (var name in names)
        {
            var ns = mesh.FindNamespace(name) ?? throw ApiException.Forbidden($"Requested namespace [{name}] is not accessible.");
            if (asked is { } at && at != DateTimeOffset.UnixEpoch && at <= ns.Created)
            {
                throw ApiException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"Namespace [{name}] did not exist at requested queryTime [{at.UtcDateTime:yyyy-MM-dd HH:mm:ss} +0000 UTC]"));
            }
        }

        return names;
    }

    private static GraphType GraphTypeOf(IQueryCollection query, GraphFocus? focus)
    {
        var type = Text(query, "graphType") switch
        {
            null or "workload" => GraphType.Workload,
            "app" => GraphType.App,
            "service" => GraphType.Service,
            "versionedApp" => GraphType.VersionedApp,
            var other => throw ApiException.BadRequest($"Invalid graphType [{other}]"),
        };
        return focus is { Kind: FocusKind.App } && type is not (GraphType.App or GraphType.VersionedApp)
            ? throw ApiException.BadRequest($"Invalid graphType [{GraphMapping.NameOf(type)}]. This node detail graph supports only graphType app or versionedApp.")
            : type;
    }

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

    /// <summary>A list of kinds; no box is meant by leaving it out, and by no word.</summary>
    private static BoxBy BoxByOf(IQueryCollection query) => Text(query, "boxBy") is not { } text
        ? BoxBy.None
        : text.Split(',', StringSplitOptions.TrimEntries).Aggregate(BoxBy.None, (boxes, name) => boxes | name switch
        {
            "app" => BoxBy.App,
            "cluster" => BoxBy.Cluster,
            "namespace" => BoxBy.Namespace,
            _ => throw ApiException.BadRequest($"Invalid boxBy [{text}]"),
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

    private static void CheckVendor(IQueryCollection query, string name, string known)
    {
        if (Text(query, name) is { } vendor && vendor != known)
        {
            throw ApiException.BadRequest($"Invalid {name} [{vendor}]");
        }
    }

    private static void CheckRefresh(IQueryCollection query)
    {
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
            if (!text.Any(char.IsAsciiLetterUpper) && string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw ApiException.BadRequest(refusal.Replace("{0}", text, StringComparison.Ordinal));
    }

    /// <summary>The first value of a parameter; null when absent or empty.</summary>
    private static string? Text(IQueryCollection query, string name) => query.First(name) is { Length: > 0 } text ? text : null;

    private static ImmutableArray<string> List(IQueryCollection query, string name) =>
        [.. (Text(query, name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex LabelName();
}
