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

    /// <summary>A century.</summary>
    private const long MostSeconds = 100L * 365 * 24 * 3600;

    /// <summary>In Kiali's order, so that of several faults the same one is told.</summary>
    public static MetricsOptions Parse(IQueryCollection query, NamespaceInventory? ns, DateTimeOffset now)
    {
        var direction = OneOf(query, "direction", "outbound", "inbound", "outbound");
        var reporters = ReportersOf(query.First("reporter"));
        var rateFunc = OneOf(query, "rateFunc", "rate", "rate", "irate");
        var end = EndOf(query, now);
        var duration = Number(query, "duration", DefaultDuration);
        var step = Number(query, "step", DefaultStep);
        var quantiles = QuantilesOf(query);
        var average = Average(query.First("avg"));
        var labels = Labels(query);
        var interval = IntervalOf(query, ns, end);
        return new MetricsOptions
        {
            Range = RangeOf(ns, interval, end, duration, step),
            RateInterval = interval,
            InstantRate = rateFunc == "irate",
            Direction = direction == "inbound" ? TrafficDirection.Inbound : TrafficDirection.Outbound,
            Reporters = reporters,
            RequestProtocol = query.First("requestProtocol"),
            Average = average,
            Quantiles = quantiles,
            ByLabels = labels,
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

    private static long EndOf(IQueryCollection query, DateTimeOffset now)
    {
        var end = Number(query, "queryTime", now.ToUnixTimeSeconds());
        return end is > 0 and <= UnixSeconds.Max ? end : throw ApiException.BadRequest("bad request, cannot parse query parameter 'queryTime'");
    }

    /// <summary>Of a namespace younger than the interval its whole life.</summary>
    private static TimeSpan IntervalOf(IQueryCollection query, NamespaceInventory? ns, long end)
    {
        var interval = Duration(query, "rateInterval", TimeSpan.FromMinutes(1));
        var age = ns is null ? interval : TimeSpan.FromSeconds(end - ns.Created.ToUnixTimeSeconds());
        return age > TimeSpan.Zero && age < interval ? age : interval;
    }

    /// <summary>From the first time that has a full interval in the namespace's life behind it, on whole steps.</summary>
    private static QueryRange RangeOf(NamespaceInventory? ns, TimeSpan interval, long end, long duration, long step)
    {
        if (step is <= 0 or > MostSeconds || duration is < -MostSeconds or > MostSeconds || duration / step > MostPoints)
        {
            throw ApiException.BadRequest($"bad request, 'step' must be positive, 'duration' and 'step' a number of seconds, and a chart has at most {MostPoints} points");
        }

        var start = Math.Max(end - duration, ns is null ? 0 : ns.Created.ToUnixTimeSeconds() + (long)interval.TotalSeconds);
        return new QueryRange(DateTimeOffset.FromUnixTimeSeconds(Math.Min(start - (start % step), end)), DateTimeOffset.FromUnixTimeSeconds(end), TimeSpan.FromSeconds(step));
    }

    private static ImmutableArray<string> QuantilesOf(IQueryCollection query)
    {
        var quantiles = List(query, "quantiles");
        foreach (var quantile in quantiles)
        {
            if (!double.TryParse(quantile, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                throw ApiException.BadRequest("bad request, cannot parse query parameter 'quantiles', float expected");
            }

            if (value is not (>= 0 and <= 1))
            {
                throw ApiException.BadRequest("bad request, invalid quantile(s): should be between 0 and 1");
            }
        }

        return quantiles;
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
        "" or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw ApiException.BadRequest("bad request, cannot parse query parameter 'avg'"),
    };

    private static string OneOf(IQueryCollection query, string name, string otherwise, string one, string other) => query.First(name) switch
    {
        "" => otherwise,
        var value when value == one || value == other => value,
        _ => throw ApiException.BadRequest($"bad request, query parameter '{name}' must be either '{one}' or '{other}'"),
    };

    private static long Number(IQueryCollection query, string name, long otherwise) => query.First(name) switch
    {
        "" => otherwise,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw ApiException.BadRequest($"bad request, cannot parse query parameter '{name}'"),
    };

    private static TimeSpan Duration(IQueryCollection query, string name, TimeSpan otherwise) => query.First(name) switch
    {
        "" => otherwise,
        var text when PromDuration.TryParse(text, out var duration) && duration > TimeSpan.Zero => duration,
        var text => throw ApiException.BadRequest($"bad request, invalid '{name}' value: \"{text}\""),
    };

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex LabelName();
}
