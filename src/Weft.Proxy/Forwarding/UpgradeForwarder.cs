using Microsoft.AspNetCore.Http.Features;

namespace Weft.Proxy.Forwarding;

/// <summary>After 101 Switching Protocols: bytes in both directions until either side ends.</summary>
internal static class UpgradeForwarder
{
    public static async Task ForwardAsync(HttpExchange exchange, HttpResponseMessage response, string upgrade, StreamTimers timers, CancellationToken cancellationToken)
    {
        exchange.ResponseHeaders.Connection = "Upgrade";
        exchange.ResponseHeaders.Upgrade = upgrade;
        await using var upstream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var downstream = await exchange.Http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = CopyAsync(downstream, upstream, count => Count(ref exchange.RequestBodyBytes, count, timers), ended);
        var down = CopyAsync(upstream, downstream, count => Count(ref exchange.ResponseBodyBytes, count, timers), ended);
        await Task.WhenAll(up, down);
    }

    private static void Count(ref long bytes, int count, StreamTimers timers)
    {
        bytes += count;
        timers.Progress();
    }

    private static async Task CopyAsync(Stream source, Stream target, Action<int> count, CancellationTokenSource ended)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var read = await source.ReadAsync(buffer, ended.Token);
                if (read == 0)
                {
                    break;
                }

                count(read);
                await target.WriteAsync(buffer.AsMemory(0, read), ended.Token);
                await target.FlushAsync(ended.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side may break off at any time; the other is then ended too.
        }

        await ended.CancelAsync();
    }
}
