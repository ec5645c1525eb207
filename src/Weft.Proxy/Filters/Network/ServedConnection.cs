using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Filters.Network;

/// <summary>What a connection carries from its listener to each of its requests.</summary>
internal sealed record HttpConnectionBinding(DownstreamConnection Connection, ListenerModel Listener, HttpConnectionManagerModel Manager, CapturedConnection? Capture)
{
    /// <summary>Null where nothing but Kestrel's own limits ends the connection.</summary>
    public ConnectionLife? Life { get; set; }
}

/// <summary>A connection as the codec sees it: decrypted bytes, and what its requests need to know of it.</summary>
internal sealed class ServedConnection : DefaultConnectionContext
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DownstreamConnection _connection;

    public ServedConnection(HttpConnectionBinding binding)
        : base(Guid.NewGuid().ToString("N"))
    {
        _connection = binding.Connection;
        Transport = new DuplexPipe(_connection.Input, _connection.Output);
        LocalEndPoint = _connection.LocalAddress;
        RemoteEndPoint = _connection.RemoteAddress;
        ConnectionClosed = _connection.PeerClosed;
        Features.Set(binding);
    }

    public Task Ended => _ended.Task;

    public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort();

    public override ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        return base.DisposeAsync();
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
