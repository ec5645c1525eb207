using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo;

/// <summary>Image <c>kiali-test-mesh-traffic-generator</c>: calls ROUTE RATE times a second, for DURATION seconds or (0s) for ever.</summary>
internal sealed class TrafficGenerator : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(context.Setting("ROUTE"), UriKind.Absolute, out var route) || !double.TryParse(
                context.Setting("RATE", "1"), System.Globalization.CultureInfo.InvariantCulture, out var rate) || rate is not (> 0 and <= 1000))
        {
            context.Log("needs ROUTE, a URL, and RATE, requests per second up to 1000");
            return 1;
        }

        using var http = DemoHttpClient.Create(context);
        using var pulse = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate), context.Time);
        using var end = new CancellationTokenSource(Duration(context.Setting("DURATION", "0s")), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        HashSet<Task> calls = [];
        try
        {
            do
            {
                calls.RemoveWhere(call => call.IsCompleted);
                calls.Add(CallAsync(context, http, route, either.Token));
            }
            while (await pulse.WaitForNextTickAsync(either.Token));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }

        return 0;
    }

    private static async Task CallAsync(DemoContext context, HttpClient http, Uri route, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(route, cancellationToken);
            if (context.Setting("SILENT") != "true")
            {
                context.Log($"GET {route}: {(int)answer.StatusCode}");
            }
        }
        catch (HttpRequestException error)
        {
            context.Log($"GET {route}: {error.Message}");
        }
        catch (OperationCanceledException)
        {
            // The pod stops, or the call took over a minute.
        }
    }

    /// <summary>Go's form of a duration in whole seconds; 0s and anything else mean without end.</summary>
    private static TimeSpan Duration(string text) =>
        text.EndsWith('s') && int.TryParse(text.AsSpan(0, text.Length - 1), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : Timeout.InfiniteTimeSpan;
}
