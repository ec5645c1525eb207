using System.IO.Pipelines;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Listeners;

/// <summary>A pipe's reading end and a stream's writing end as one stream, for SslStream to stand on.</summary>
internal sealed class DuplexPipeStream(PipeReader input, Stream output) : AsyncStream
{
    private readonly Stream _input = input.AsStream(leaveOpen: true);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);
}
