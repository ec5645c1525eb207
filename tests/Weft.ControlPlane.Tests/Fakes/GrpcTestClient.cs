using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Weft.ControlPlane.Grpc;
using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Fakes;

/// <summary>A gRPC client of the tests over HTTP/2.</summary>
internal sealed class GrpcTestClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string? _token;

    public GrpcTestClient(Uri server, string? rootPem = null, string? token = null, X509Certificate2? clientCertificate = null)
    {
        _token = token;
        var handler = new SocketsHttpHandler();
        if (rootPem is not null)
        {
            var root = X509Certificate2.CreateFromPem(rootPem);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => certificate is X509Certificate2 presented && IsTrusted(presented, chain, root, errors);
            handler.SslOptions.ClientCertificates = clientCertificate is null ? null : [clientCertificate];
        }

        _http = new HttpClient(handler) { BaseAddress = server, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    public async Task<(TResponse? Response, GrpcStatusCode Status, string Message)> UnaryAsync<TResponse>(
        string method, IMessage request, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        await using var stream = await OpenAsync<TResponse>(method, parser, cancellationToken);
        await stream.WriteAsync(request, cancellationToken);
        await stream.CompleteAsync();
        var response = await stream.ReadAsync(cancellationToken);
        if (response is not null)
        {
            Assert.Null(await stream.ReadAsync(cancellationToken));
        }

        var (status, message) = stream.Status();
        return (response, status, message);
    }

    public async Task<GrpcTestStream<TResponse>> OpenAsync<TResponse>(string method, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        await Task.Yield();
        var pipe = new Pipe();
        var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PipeContent(pipe.Reader),
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (_token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        }

        return new GrpcTestStream<TResponse>(pipe.Writer, _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), parser);
    }

    public void Dispose() => _http.Dispose();

    private static bool IsTrusted(X509Certificate2 certificate, X509Chain? sent, X509Certificate2 root, SslPolicyErrors errors)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate) && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
    }

    private sealed class PipeContent : HttpContent
    {
        private readonly PipeReader _reader;

        public PipeContent(PipeReader reader)
        {
            _reader = reader;
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            while (true)
            {
                var read = await _reader.ReadAsync();
                foreach (var part in read.Buffer)
                {
                    await stream.WriteAsync(part);
                }

                await stream.FlushAsync();
                _reader.AdvanceTo(read.Buffer.End);
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
    }
}

internal sealed class GrpcTestStream<TResponse>(PipeWriter writer, Task<HttpResponseMessage> sending, MessageParser<TResponse> parser) : IAsyncDisposable
    where TResponse : class, IMessage<TResponse>
{
    private PipeReader? _reader;
    private HttpResponseMessage? _response;

    public ValueTask WriteAsync(IMessage message, CancellationToken cancellationToken) => GrpcFraming.WriteAsync(writer, message, cancellationToken);

    public ValueTask CompleteAsync() => writer.CompleteAsync();

    public async Task<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        _response ??= await sending.WaitAsync(cancellationToken);
        _reader ??= PipeReader.Create(await _response.Content.ReadAsStreamAsync(cancellationToken));
        return await GrpcFraming.ReadAsync(_reader, parser, GrpcCall.MaxMessageLength, cancellationToken);
    }

    /// <summary>After the end of the stream.</summary>
    public (GrpcStatusCode Status, string Message) Status()
    {
        var trailers = _response!.TrailingHeaders.TryGetValues("grpc-status", out _) ? _response.TrailingHeaders : (HttpHeaders)_response.Headers;
        var message = trailers.TryGetValues("grpc-message", out var texts) ? Uri.UnescapeDataString(texts.Single()) : "";
        return ((GrpcStatusCode)int.Parse(trailers.GetValues("grpc-status").Single()), message);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.CompleteAsync();
        _response?.Dispose();
    }
}
