using System.IO.Pipelines;
using System.Net;

namespace Weft.Proxy.Forwarding;

/// <summary>A request body that passes through as it arrives: no more is read than the upstream takes.</summary>
internal sealed class StreamingContent(HttpExchange exchange) : HttpContent
{
    /// <summary>Whether the client, not the upstream, broke the body.</summary>
    public bool DownstreamFailed { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = exchange.Http.Request.BodyReader;
        while (true)
        {
            var read = await ReadAsync(body, cancellationToken);
            foreach (var segment in read.Buffer)
            {
                Interlocked.Add(ref exchange.RequestBodyBytes, segment.Length);
                exchange.RequestMessages?.Observe(segment.Span);
                await stream.WriteAsync(segment, cancellationToken);
            }

            body.AdvanceTo(read.Buffer.End);
            await stream.FlushAsync(cancellationToken);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async ValueTask<ReadResult> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            DownstreamFailed = true;
            throw;
        }
    }
}
