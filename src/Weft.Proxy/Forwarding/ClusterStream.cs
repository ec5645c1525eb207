using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Forwarding;

/// <summary>A call of the proxy's own whose request goes on: messages are sent as they come, until the other side ends it. One writer at a time.</summary>
internal sealed class ClusterStream : IOutgoingBody, IAsyncDisposable
{
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _call;

    public ClusterStream(ClusterClient client, ClusterRequest request) => _call = Task.Run(() => CallAsync(client, request));

    /// <summary>Whether it was answered, or failed.</summary>
    public bool HasEnded => _call.IsCompleted;

    IHeaderDictionary? IOutgoingBody.Trailers => null;

    /// <summary>Hands a message to the connection, and waits while that takes none.</summary>
    /// <returns>False when the stream ended before.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var message = new Message(bytes);
        await _messages.Writer.WriteAsync(message, cancellationToken);
        await Task.WhenAny(message.Sent.Task, _call).WaitAsync(cancellationToken);
        return message.Sent.Task.IsCompletedSuccessfully;
    }

    /// <summary>Says that no more follows, and waits for the other side to end it too, unless cancelled.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        _messages.Writer.TryComplete();
        await _call.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Breaks it where it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _call;
        _stop.Dispose();
    }

    async Task IOutgoingBody.CopyToAsync(IBodySink upstream, CancellationToken cancellationToken)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken))
        {
            await upstream.WriteAsync(message.Bytes, cancellationToken);
            await upstream.FlushAsync(cancellationToken);
            message.Sent.TrySetResult();
        }
    }

    private async Task CallAsync(ClusterClient client, ClusterRequest request)
    {
        try
        {
            await client.SendAsync(request with { Stream = this }, _stop.Token);
        }
        catch (Exception error) when (error is ClusterRequestException or OperationCanceledException)
        {
            // Told by HasEnded: whoever writes finds out.
        }
    }

    private sealed record Message(ReadOnlyMemory<byte> Bytes)
    {
        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
