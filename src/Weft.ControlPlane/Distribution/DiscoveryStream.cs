using System.Threading.Channels;
using Google.Protobuf;
using Weft.ControlPlane.Grpc;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Distribution;

/// <summary>
/// One discovery stream: a loop that takes requests and snapshots in turn and writes. A proxy that reads slowly sees only the newest snapshot.
/// </summary>
internal sealed class DiscoveryStream<TRequest, TResponse>(
    GrpcCall call,
    IProxySession<TRequest, TResponse> session,
    MessageParser<TRequest> parser,
    SnapshotSource<MeshPush> pushes,
    DiscoveryObserver<TRequest, TResponse> observer)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Requests that wait while a response is written; more than that holds the proxy back.</summary>
    private const int QueueLength = 64;

    /// <summary>Serves until the proxy ends the stream.</summary>
    public async Task RunAsync(TRequest first)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        var events = Channel.CreateBounded<TRequest?>(QueueLength);
        var reading = ReadAsync(events.Writer, ended.Token);
        var watching = WatchAsync(events.Writer, ended.Token);
        try
        {
            await LoopAsync(first, events.Reader, ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(Quietly(reading), Quietly(watching));
        }

        // A stream that broke is reported as such.
        await reading;
    }

    private async Task LoopAsync(TRequest first, ChannelReader<TRequest?> events, CancellationToken cancellationToken)
    {
        var known = await FirstPushAsync(cancellationToken);
        await PushAsync(known);
        await AnswerAsync(first);
        await foreach (var request in events.ReadAllAsync(cancellationToken))
        {
            if (request is not null)
            {
                await AnswerAsync(request);
            }
            else if (!ReferenceEquals(pushes.Current, known))
            {
                known = pushes.Current;
                await observer.Pushing(() => PushAsync(known));
            }
        }
    }

    private async Task<MeshPush> FirstPushAsync(CancellationToken cancellationToken)
    {
        await foreach (var push in pushes.WatchAsync(cancellationToken))
        {
            if (push.IsReady)
            {
                return push;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private async Task PushAsync(MeshPush push)
    {
        foreach (var response in session.Push(push))
        {
            await SendAsync(response);
        }
    }

    private async Task AnswerAsync(TRequest request)
    {
        if (observer.AnswerItself(request) is { } own)
        {
            await call.WriteAsync(own);
            return;
        }

        var responses = new List<TResponse>(1);
        observer.Answered(request, session.Request(request, responses.Add));
        foreach (var response in responses)
        {
            await SendAsync(response);
        }
    }

    private async Task SendAsync(TResponse response)
    {
        await call.WriteAsync(response);
        observer.Sent(response);
    }

    /// <summary>Completes the channel when the proxy has sent its last request.</summary>
    private async Task ReadAsync(ChannelWriter<TRequest?> events, CancellationToken cancellationToken)
    {
        try
        {
            while (await call.ReadAsync(parser) is { } request)
            {
                await events.WriteAsync(request, cancellationToken);
            }
        }
        finally
        {
            events.TryComplete();
        }
    }

    /// <summary>A null in the channel says: look at the newest snapshot.</summary>
    private async Task WatchAsync(ChannelWriter<TRequest?> events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in pushes.WatchAsync(cancellationToken))
            {
                await events.WriteAsync(null, cancellationToken);
            }
        }
        catch (ChannelClosedException)
        {
            // The proxy ended the stream.
        }
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

/// <summary>Who counts, logs and answers beside a stream's protocol.</summary>
/// <param name="AnswerItself">A response to a request that is no subscription; null for all others.</param>
internal sealed record DiscoveryObserver<TRequest, TResponse>(
    Func<TRequest, TResponse?> AnswerItself,
    Action<TRequest, RequestOutcome> Answered,
    Action<TResponse> Sent,
    Func<Func<Task>, Task> Pushing)
    where TResponse : class;
