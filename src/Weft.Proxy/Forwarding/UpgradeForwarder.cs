using Microsoft.AspNetCore.Http.Features;
using Weft.Proxy.Forwarding.Http1;

namespace Weft.Proxy.Forwarding;

/// <summary>After 101 Switching Protocols: bytes in both directions until either side ends.</summary>
internal static class UpgradeForwarder
{
    public static async Task ForwardAsync(HttpExchange exchange, Http1Reply upstream, string upgrade, StreamTimers timers, CancellationToken cancellationToken)
    {
        exchange.ResponseHeaders.Connection = "Upgrade";
        exchange.ResponseHeaders.Upgrade = upgrade;
        await using var downstream = await exchange.Http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var breaking = ended.Token.UnsafeRegister(static tunnel => ((Http1Reply)tunnel!).BreakTunnel(), upstream);
        var up = CopyAsync(downstream.ReadAsync, (bytes, _) => upstream.WriteTunnelAsync(bytes), count => Count(ref exchange.RequestBodyBytes, count, timers), ended);
        var down = CopyAsync(upstream.ReadAsync, WriteDownstreamAsync, count => Count(ref exchange.ResponseBodyBytes, count, timers), ended);
        await Task.WhenAll(up, down);

        async ValueTask WriteDownstreamAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
        {
            await downstream.WriteAsync(bytes, token);
            await downstream.FlushAsync(token);
        }
    }

    private static void Count(ref long bytes, int count, StreamTimers timers)
    {
        bytes += count;
        timers.Progress();
    }

    private static async Task CopyAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Action<int> count, CancellationTokenSource ended)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var length = await read(buffer, ended.Token);
                if (length == 0)
                {
                    break;
                }

                count(length);
                await write(buffer.AsMemory(0, length), ended.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side may break off at any time; the other is then ended too.
        }

        await ended.CancelAsync();
    }
}
