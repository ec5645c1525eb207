using Weft.Demos.Hosting;

namespace Weft.Demos.Travels.LoadTester;

/// <summary>
/// Image <c>demo_travels_loadtester</c>: rounds of a few calls over many connections against the agency, in the shape of the load tool that the demo uses:
/// each connection makes one warm-up call, then the counted calls run, then a pause.
/// </summary>
internal sealed class LoadTesterService : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var log = new DemoLog(context, "loadtester.cs");
        if (context.Setting("TRAVELS_AGENCY_SERVICE") is not { Length: > 0 } agency)
        {
            log.Error("TRAVELS_AGENCY_SERVICE variable empty. This service needs it.");
            return 1;
        }

        var connections = Math.Clamp(context.Number("CONNECTIONS", 50), 1, 1000);
        var calls = Math.Clamp(context.Number("NUMCALLS", 20), 0, 100_000);
        var pause = TimeSpan.FromSeconds(Math.Max(1, context.Number("SLEEP", 5)));
        try
        {
            while (true)
            {
                var codes = await RoundAsync(context, agency + "/travels", connections, calls, cancellationToken);
                log.Information($"{agency}/travels: " + string.Join(", ", codes.Order().GroupBy(code => code).Select(group => $"code {group.Key}: {group.Count()}")));
                await Task.Delay(pause, context.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int[]> RoundAsync(DemoContext context, string url, int connections, int calls, CancellationToken cancellationToken)
    {
        using var http = DemoHttpClient.Create(context, connections);
        var warmUp = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => CallAsync(http, url, cancellationToken)));
        var counted = await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => CallAsync(http, url, cancellationToken)));
        return [.. warmUp, .. counted];
    }

    /// <summary>The status code, or -1 when there was none.</summary>
    private static async Task<int> CallAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, url);
            call.Headers.TryAddWithoutValidation("User-Agent", "fortio.org/fortio-1.11.4");
            using var answer = await http.SendAsync(call, cancellationToken);
            return (int)answer.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return -1;
        }
    }
}
