using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Errors;
using Weft.Api.Graph;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Metrics;
using Weft.Observability.Metrics;

namespace Weft.Api.Metrics;

/// <summary>Response times of many targets at once, as a trace's comparison with others needs them.</summary>
internal static class StatsEndpoints
{
    private const int MostQueries = 200;
    private const int MostAtOnce = 10;
    private const long LongestBody = 1024 * 1024;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/stats/metrics", ReadAsync);

    private static async Task<JsonHttpResult<StatsDto>> ReadAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var (queries, faults) = Checked(await BodyAsync(context.Request, cancellationToken), console.Time.GetUtcNow());
        var stats = new ConcurrentDictionary<string, ResponseTimesDto>(StringComparer.Ordinal);
        var warnings = new ConcurrentBag<string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(queries, parallel, async (query, token) =>
        {
            try
            {
                var times = await console.Stats.ReadAsync(query.Query, token);
                stats[query.Key] = new ResponseTimesDto([.. times.Select(time => new ResponseTimeDto(time.Name, time.Value))]);
            }
            catch (MetricsQueryException failure)
            {
                warnings.Add($"{query.Key}: {failure.Reason}");
            }
        });
        return TypedResults.Json(
            new StatsDto(
                stats.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(),
                faults.IsEmpty && warnings.IsEmpty ? null : [.. faults, .. warnings.Order(StringComparer.Ordinal)]),
            FullJsonContext.Default.StatsDto);
    }

    private static async Task<StatsRequestDto> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > LongestBody)
        {
            throw new ApiException(StatusCodes.Status413PayloadTooLarge, $"the body exceeds {LongestBody} bytes");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, ApiJsonContext.Default.StatsRequestDto, cancellationToken) ?? new StatsRequestDto();
        }
        catch (JsonException failure)
        {
            throw ApiException.BadRequest($"the body is not what is expected: {failure.Message}");
        }
    }

    /// <summary>The questions that can be asked, and what is wrong with the others; refused when nothing can be asked at all.</summary>
    private static (ImmutableArray<(string Key, StatsQuery Query)> Queries, ImmutableArray<string> Faults) Checked(StatsRequestDto request, DateTimeOffset now)
    {
        if (request.Queries.Length > MostQueries)
        {
            throw ApiException.BadRequest($"bad request: at most {MostQueries} queries at once");
        }

        var errors = new List<string>();

        var queries = ImmutableArray.CreateBuilder<(string, StatsQuery)>();
        foreach (var query in request.Queries)
        {
            if (Check(query, now) is var (key, read))
            {
                queries.Add((key, read));
            }
        }

        return errors.Count == 0 || queries.Count > 0 ? (queries.ToImmutable(), [.. errors]) : throw ApiException.BadRequest($"{errors.Count} errors:\n{string.Join('\n', errors)}");

        (string, StatsQuery)? Check(StatsQueryDto query, DateTimeOffset at)
        {
            var before = errors.Count;
            var target = Target(query.Target, "target");
            var peer = query.PeerTarget is null ? null : Target(query.PeerTarget, "peerTarget");
            if (query.Direction is not ("inbound" or "outbound"))
            {
                errors.Add("bad request: 'direction' must be either 'inbound' or 'outbound'");
            }

            if (!PromDuration.TryParse(query.Interval, out var interval) || interval <= TimeSpan.Zero)
            {
                errors.Add("bad request: 'interval' must be a duration, as in '5m'");
            }

            if (query.Quantiles.Any(quantile => !double.TryParse(quantile, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value)))
            {
                errors.Add("bad request: 'quantiles' must be numbers");
            }

            if (query.QueryTime is < 0 or > UnixSeconds.Max)
            {
                errors.Add("bad request: 'queryTime' must be a time in seconds");
            }

            ImmutableArray<string> reporters = query.Reporters is { Length: > 0 } given ? [.. given] : [query.Direction == "inbound" ? "destination" : "source"];
            return errors.Count > before ? null : (
                $"{KeyOf(query.Target)}:{(query.PeerTarget is null ? "" : KeyOf(query.PeerTarget))}:{query.Direction}:{query.Interval}:{string.Join(',', reporters)}",
                new StatsQuery
                {
                    Target = target!,
                    Peer = peer,
                    Direction = query.Direction == "inbound" ? TrafficDirection.Inbound : TrafficDirection.Outbound,
                    Interval = interval,
                    At = query.QueryTime == 0 ? at : DateTimeOffset.FromUnixTimeSeconds(query.QueryTime),
                    Average = query.Avg,
                    Quantiles = [.. query.Quantiles],
                    Reporters = reporters.Contains("both") ? [] : reporters,
                });
        }

        MetricsTarget? Target(StatsTargetDto? target, string field)
        {
            if (target is not { Kind: "app" or "workload" or "service", Name.Length: > 0, Namespace.Length: > 0 })
            {
                errors.Add($"bad request: '{field}' must have a namespace, a name and a kind, one of 'app', 'workload' or 'service'");
                return null;
            }

            return new MetricsTarget(target.Kind switch { "app" => TargetKind.App, "workload" => TargetKind.Workload, _ => TargetKind.Service }, target.Namespace, target.Name);
        }
    }

    private static string KeyOf(StatsTargetDto? target) => $"{target?.Namespace}:{target?.Kind}:{target?.Name}";
}
