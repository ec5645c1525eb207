using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;

namespace Weft.Xds.Grpc;

/// <summary>Where a gRPC server is and how it is trusted.</summary>
public sealed record GrpcClientOptions
{
    /// <summary>http: HTTP/2 in plaintext with prior knowledge; https: TLS.</summary>
    public required Uri Address { get; init; }

    /// <summary>The only roots that are trusted for https; empty means the system's.</summary>
    public X509Certificate2Collection RootCertificates { get; init; } = [];

    /// <summary>The name sent as SNI and authority and checked against the server's certificate; the host of the address when null.</summary>
    public string? ServerName { get; init; }

    /// <summary>Asked before each call; sent as <c>authorization: Bearer</c>.</summary>
    public Func<CancellationToken, ValueTask<string>>? BearerToken { get; init; }

    /// <summary>Opens the connection to the address, where that is not done by TCP; null: by TCP.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int MaxMessageLength { get; init; } = 64 << 20;

    /// <summary>Extra request headers of every call, e.g. <c>clusterid</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}

/// <summary>gRPC calls over HttpClient's HTTP/2. One instance keeps one connection; thread-safe.</summary>
public sealed class GrpcClient : IDisposable
{
    private static readonly MediaTypeHeaderValue GrpcMediaType = new("application/grpc");
    private readonly GrpcClientOptions _options;
    private readonly HttpMessageInvoker _http;

    public GrpcClient(GrpcClientOptions options)
    {
        _options = options;
        _http = new HttpMessageInvoker(CreateHandler(options));
    }

    /// <summary>One request, one response.</summary>
    /// <param name="method">Full path, e.g. <c>/istio.v1.auth.IstioCertificateService/CreateCertificate</c>.</param>
    /// <exception cref="GrpcCallException">Any status but OK.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        string method, TRequest request, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        await using var call = await OpenAsync<TRequest, TResponse>(method, parser, cancellationToken);
        await call.WriteAsync(request, cancellationToken);
        await call.CompleteAsync();
        var response = await call.ReadAsync(cancellationToken)
            ?? throw new GrpcCallException(GrpcStatusCode.Internal, "the server ended the call without a response");
        await call.ReadAsync(cancellationToken);
        return response;
    }

    /// <summary>Opens a stream in both directions. The server is first heard from at the first read.</summary>
    public async Task<GrpcDuplexCall<TRequest, TResponse>> OpenAsync<TRequest, TResponse>(
        string method, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Address, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        // SocketsHttpHandler asks TLS for the name of this header, whatever its options say.
        message.Headers.Host = _options.ServerName;
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in _options.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (_options.BearerToken is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(_options.BearerToken, cancellationToken));
        }

        var content = new GrpcRequestContent();
        content.Headers.ContentType = GrpcMediaType;
        message.Content = content;
        return new GrpcDuplexCall<TRequest, TResponse>(_http, message, content, parser, _options.MaxMessageLength);
    }

    public void Dispose() => _http.Dispose();

    // Whoever issues tokens may fail in ways of its own; to the caller it is one more reason why the call could not be made.
    private static async ValueTask<string> TokenAsync(Func<CancellationToken, ValueTask<string>> source, CancellationToken cancellationToken)
    {
        try
        {
            return await source(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new GrpcCallException(GrpcStatusCode.Unauthenticated, $"no token: {error.Message}", error);
        }
    }

    private static SocketsHttpHandler CreateHandler(GrpcClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        };
        if (options.Connect is { } connect)
        {
            handler.ConnectCallback = (context, cancellationToken) => connect(context.DnsEndPoint, cancellationToken);
        }

        if (options.RootCertificates.Count > 0)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            policy.CustomTrustStore.AddRange(options.RootCertificates);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }
}
