using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Api.Graph;
using Weft.Console;
using Weft.Console.Health;

namespace Weft.Api.Requests;

/// <summary>Health as lists and details ask for it: <c>rateInterval</c> (5m) and <c>queryTime</c> (now).</summary>
internal static class HealthRequest
{
    /// <summary>Set on an answer that is not whole, with the source that failed and why.</summary>
    public const string DegradedHeader = "X-Weft-Degraded";

    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(5);

    public static async Task<MeshHealth> ReadAsync(WeftConsole console, HttpContext context, CancellationToken cancellationToken)
    {
        var health = await console.Health.ReadAsync(WindowOf(context.Request.Query), cancellationToken);
        if (health.Failure is { } failure)
        {
            MarkDegraded(context, "metrics", failure);
        }

        return health;
    }

    public static void MarkDegraded(HttpContext context, string source, string reason) =>
        context.Response.Headers[DegradedHeader] = string.Concat($"{source}: {reason}".Where(char.IsAscii).Select(c => char.IsControl(c) ? ' ' : c).Take(300));

    /// <summary>Throws 400 for a duration that is none, in Kiali's words; a time that is none is taken as now, as there.</summary>
    public static HealthWindow WindowOf(IQueryCollection query)
    {
        var text = query.First("rateInterval");
        var window = DefaultWindow;
        if (text.Length > 0 && (!PromDuration.TryParse(text, out window) || window <= TimeSpan.Zero))
        {
            throw ApiException.BadRequest($"Adjust rate interval error: not a valid duration string: \"{text}\"");
        }

        DateTimeOffset? end = long.TryParse(query.First("queryTime"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < UnixSeconds.Max
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
        return new HealthWindow(window, end);
    }
}
