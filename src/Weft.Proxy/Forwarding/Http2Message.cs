using System.Net;

namespace Weft.Proxy.Forwarding;

/// <summary>A request as SocketsHttpHandler takes it. It has no place for the request's trailers.</summary>
internal static class Http2Message
{
    public static HttpRequestMessage Create(OutgoingRequest request, string baseAddress, TimeProvider time)
    {
        var message = new HttpRequestMessage
        {
            Method = HttpMethod.Parse(request.Method),
            RequestUri = new Uri(baseAddress + request.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = request.Body is { } body ? new BodyContent(request, body, time) : null,
        };
        if (request.Body is null)
        {
            // The framework does not tell when a head alone has gone.
            request.SentAt = time.GetTimestamp();
        }

        CopyHeaders(request, message);
        message.Headers.Host = request.Authority;
        if (HttpHeaderRules.AllowsTrailers(request.Headers.TE))
        {
            message.Headers.TryAddWithoutValidation("te", "trailers");
        }

        return message;
    }

    private static void CopyHeaders(OutgoingRequest request, HttpRequestMessage message)
    {
        var passing = PassingHeaders.Of(request.Headers);
        foreach (var (name, values) in request.Headers)
        {
            if (!passing.Includes(name) || name.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (name.Equals("expect", StringComparison.OrdinalIgnoreCase))
            {
                message.Headers.ExpectContinue = request.ExpectsContinue;
                continue;
            }

            // Content headers are refused by the request and belong to its body; without one there is none to describe.
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                (message.Content ??= new EmptyContent()).Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    private sealed class BodyContent(OutgoingRequest request, IOutgoingBody body, TimeProvider time) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await body.CopyToAsync(new StreamSink(stream), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            request.SentAt = time.GetTimestamp();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class StreamSink(Stream stream) : IBodySink
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => new(stream.FlushAsync(cancellationToken));
    }

    /// <summary>Carries content headers of a request without a body, e.g. Content-Length: 0.</summary>
    private sealed class EmptyContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return true;
        }
    }
}
