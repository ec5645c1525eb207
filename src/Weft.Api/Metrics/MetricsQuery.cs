using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Api.Graph;
using Weft.Api.Requests;
using Weft.Console.Inventory;
using Weft.Console.Metrics;
using Weft.Observability.Metrics;

namespace Weft.Api.Metrics;

/// <summary>
/// The parameters of metrics and dashboards, with Kiali's defaults, checks and words. Lists are taken as <c>name[]</c>, once per value,
/// as Kiali 2.30 has them, and as <c>name</c> with commas, as later ones have.
/// </summary>
internal static partial class MetricsQuery
{
    private const long DefaultDuration = 1800;
    private const long DefaultStep = 15;

    /// <summary>Prometheus' own limit of points per series.</summary>
    private const long MostPoints = 11_000;

    public static MetricsOptions Parse(IQueryCollection query, NamespaceInventory? ns, DateTimeOffset now)
    {
        var rateInterval = Duration(query, "rateInterval", TimeSpan.FromMinutes(1));
        var quantiles = List(query, "quantiles");
        if (quantiles.Any(quantile => !double.TryParse(quantile, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value)))
        {
            throw ApiException.BadRequest("bad request, cannot parse query parameter 'quantiles', float expected");
        }

        return new MetricsOptions
        {
            Range = RangeOf(query, ns, now),
            RateInterval = rateInterval,
            InstantRate = OneOf(query, "rateFunc", "rate", "rate", "irate") == "irate",
            Direction = OneOf(query, "direction", "outbound", "inbound", "outbound") == "inbound" ? TrafficDirection.Inbound : TrafficDirection.Outbound,
            Reporters = ReportersOf(query["reporter"].ToString()),
            RequestProtocol = query["requestProtocol"].ToString(),
            Average = Average(query["avg"].ToString()),
            Quantiles = quantiles,
            ByLabels = Labels(query),
            Filters = List(query, "filters") is { IsEmpty: false } filters ? [.. filters] : null,
        };
    }

    public static bool IsLabelName(string name) => LabelName().IsMatch(name);

    /// <summary>Several reporters in order, so that one selector stands for them; <c>both</c> is anybody.</summary>
    private static ImmutableArray<string> ReportersOf(string text)
    {
        if (text.Length == 0)
        {
            return ["source"];
        }

        if (text == "both")
        {
            return [];
        }

        ImmutableArray<string> reporters = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return reporters.FirstOrDefault(reporter => reporter is not ("source" or "destination" or "waypoint")) is { } bad
            ? throw ApiException.BadRequest($"bad request, query parameter 'reporter' contains invalid value \"{bad}\"; valid values are 'source', 'destination', 'waypoint', or 'both'")
            : reporters;
    }

    private static QueryRange RangeOf(IQueryCollection query, NamespaceInventory? ns, DateTimeOffset now)
    {
        var end = query["queryTime"].ToString() is { Length: > 0 } ? Number(query, "queryTime", 0) : now.ToUnixTimeSeconds();
        var duration = Number(query, "duration", DefaultDuration);
        var step = Number(query, "step", DefaultStep);
        if (end is <= 0 or > UnixSeconds.Max)
        {
            throw ApiException.BadRequest("bad request, cannot parse query parameter 'queryTime'");
        }

        if (step <= 0 || duration < 0 || duration / step > MostPoints)
        {
            throw ApiException.BadRequest($"bad request, 'duration' must not be negative, 'step' must be positive, and a chart has at most {MostPoints} points");
        }

        var start = Math.Max(end - duration, ns?.Created.ToUnixTimeSeconds() ?? 0);
        return new QueryRange(DateTimeOffset.FromUnixTimeSeconds(Math.Min(start - (start % step), end)), DateTimeOffset.FromUnixTimeSeconds(end), TimeSpan.FromSeconds(step));
    }

    private static ImmutableArray<string> Labels(IQueryCollection query)
    {
        var labels = List(query, "byLabels");
        return labels.FirstOrDefault(label => !IsLabelName(label)) is { } bad
            ? throw ApiException.BadRequest($"bad request, query parameter 'byLabels' contains \"{bad}\", which is no label name")
            : labels;
    }

    private static ImmutableArray<string> List(IQueryCollection query, string name) =>
    [
        .. query[$"{name}[]"].Concat(query[name].SelectMany(value => (value ?? "").Split(',')))
            .Select(value => value?.Trim() ?? "")
            .Where(value => value.Length > 0)
            .Distinct(StringComparer.Ordinal),
    ];

    private static bool Average(string text) => text switch
    {
        "" or "true" or "1" or "t" => true,
        "false" or "0" or "f" => false,
        _ => throw ApiException.BadRequest("bad request, cannot parse query parameter 'avg'"),
    };

    private static string OneOf(IQueryCollection query, string name, string otherwise, string one, string other) => query[name].ToString() switch
    {
        "" => otherwise,
        var value when value == one || value == other => value,
        _ => throw ApiException.BadRequest($"bad request, query parameter '{name}' must be either '{one}' or '{other}'"),
    };

    private static long Number(IQueryCollection query, string name, long otherwise) => query[name].ToString() switch
    {
        "" => otherwise,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw ApiException.BadRequest($"bad request, cannot parse query parameter '{name}'"),
    };

    private static TimeSpan Duration(IQueryCollection query, string name, TimeSpan otherwise) => query[name].ToString() switch
    {
        "" => otherwise,
        var text when PromDuration.TryParse(text, out var duration) && duration > TimeSpan.Zero => duration,
        var text => throw ApiException.BadRequest($"bad request, invalid '{name}' value: \"{text}\""),
    };

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex LabelName();
}
