using System.Buffers.Binary;
using System.Net;

namespace Weft.Proxy.Grpc;

/// <summary>A gRPC call of a client over HTTP/2: messages go out while others come in, as in every kind of gRPC call.</summary>
internal sealed class GrpcStream : HttpContent
{
    private readonly TaskCompletionSource<Stream> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream? _answer;

    private GrpcStream() => Headers.ContentType = new("application/grpc");

    /// <summary>Null until the head of the response is there.</summary>
    public HttpResponseMessage Response { get; private set; } = null!;

    /// <summary>Ends with the head of the response.</summary>
    public Task Answered { get; private set; } = null!;

    public static GrpcStream Start(HttpClient client, string uri, string? timeout, CancellationToken cancellationToken)
    {
        var call = new GrpcStream();
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = call,
            Headers = { { "te", "trailers" } },
        };
        if (timeout is not null)
        {
            request.Headers.Add("grpc-timeout", timeout);
        }

        call.Answered = call.AnswerAsync(client, request, cancellationToken);
        return call;
    }

    public async Task SendAsync(byte[] message)
    {
        var stream = await _open.Task;
        await stream.WriteAsync(Framed(message));
        await stream.FlushAsync();
    }

    /// <summary>Half-closes: the client's last message has gone.</summary>
    public void EndSending() => _sent.TrySetResult();

    /// <returns>Null at the end of the messages.</returns>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        await Answered;
        _answer ??= await Response.Content.ReadAsStreamAsync(cancellationToken);
        return await ReadAsync(_answer, cancellationToken);
    }

    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var prefix = new byte[5];
        if (await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken) < prefix.Length)
        {
            return null;
        }

        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return message;
    }

    public static byte[] Framed(byte[] message)
    {
        var framed = new byte[message.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        return framed;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        _open.TrySetResult(stream);
        await _sent.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task AnswerAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken) =>
        Response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
}
