using System.IO.Pipelines;
using System.Net;

namespace Weft.Xds.Grpc;

/// <summary>A request body that is written while the call runs.</summary>
internal sealed class GrpcRequestContent : HttpContent
{
    private readonly TaskCompletionSource<PipeWriter> _writer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Available once the connection stands and the request's headers are out.</summary>
    public Task<PipeWriter> Writer => _writer.Task;

    public async Task CompleteAsync()
    {
        var writer = await _writer.Task;
        await writer.CompleteAsync();
        _ended.TrySetResult();
    }

    /// <summary>Releases everyone who waits for this body. Harmless after completion.</summary>
    public void Fail(Exception? error)
    {
        _writer.TrySetException(error ?? new IOException("the call has ended"));
        _ = _writer.Task.Exception;
        _ended.TrySetResult();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Headers leave at once, so that a server that speaks first is heard.
        await stream.FlushAsync(cancellationToken);
        _writer.TrySetResult(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        await _ended.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
