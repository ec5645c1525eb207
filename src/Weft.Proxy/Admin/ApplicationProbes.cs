using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Admin;

/// <summary>
/// Asks the application in the kubelet's place (<c>/app-health/CONTAINER/livez</c>, <c>readyz</c>, <c>startupz</c>), as pilot-agent does: the kubelet's own
/// request has no certificate and would end at mutual TLS. What is asked is said by ISTIO_KUBE_APP_PROBERS.
/// </summary>
internal sealed partial class ApplicationProbes : IDisposable
{
    /// <summary>The paths that belong to the application's probes.</summary>
    public const string Root = "/app-health";

    private const int ServingStatus = 1;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static readonly string[] UnforwardedHeaders = ["Host", "Connection", "Content-Length", "Transfer-Encoding", "Accept-Encoding"];

    private readonly Dictionary<string, JsonObject> _probes = [];
    private readonly HttpMessageInvoker _http;
    private readonly IPAddress _application;
    private readonly TimeProvider _time;
    private readonly ILogger<ApplicationProbes> _logger;

    /// <summary>A text that is no JSON object of probes is logged, and none of its probes is known.</summary>
    public ApplicationProbes(ProxyBootstrap bootstrap)
    {
        _application = bootstrap.ApplicationAddress;
        _time = bootstrap.TimeProvider;
        _logger = bootstrap.LoggerFactory.CreateLogger<ApplicationProbes>();
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            SslOptions = new SslClientAuthenticationOptions
            {
                // A probe asks whether the application answers, not who it is: the kubelet does not verify either.
#pragma warning disable CA5359 // See above.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
        });
        Read(bootstrap.ApplicationProbes);
    }

    /// <summary>The status for the kubelet: the application's own, 200 for a port that takes connections, 500 for one that does not answer, 404 for a path that no probe has.</summary>
    public async Task<int> AskAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!_probes.TryGetValue(request.Path.Value ?? "", out var probe))
        {
            return StatusCodes.Status404NotFound;
        }

        using var limit = new CancellationTokenSource(TimeoutOf(probe), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return probe switch
            {
                _ when probe["httpGet"] is JsonObject get => await GetAsync(get, request, either.Token),
                _ when probe["tcpSocket"] is JsonObject socket => await ConnectAsync(socket, either.Token),
                _ when probe["grpc"] is JsonObject grpc => await CheckAsync(grpc, either.Token),
                _ => StatusCodes.Status500InternalServerError,
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or FormatException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure, request.Path);
            return StatusCodes.Status500InternalServerError;
        }
    }

    public void Dispose() => _http.Dispose();

    private void Read(string text)
    {
        try
        {
            foreach (var (path, probe) in text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? throw new JsonException("not an object"))
            {
                _probes[path] = probe as JsonObject ?? throw new JsonException($"{path} is not an object");
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            _probes.Clear();
            LogUnreadable(error.Message);
        }
    }

    private async Task<int> GetAsync(JsonObject get, HttpRequest asked, CancellationToken cancellationToken)
    {
        var scheme = Text(get, "scheme") is "HTTPS" ? "https" : "http";
        var path = Text(get, "path") is { Length: > 0 } stated ? stated : "/";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{scheme}://{_application}:{PortOf(get)}{(path.StartsWith('/') ? path : $"/{path}")}"));
        foreach (var (name, values) in asked.Headers.Where(header => !UnforwardedHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            request.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        foreach (var header in (get["httpHeaders"] as JsonArray ?? []).OfType<JsonObject>())
        {
            request.Headers.Remove(Text(header, "name"));
            request.Headers.TryAddWithoutValidation(Text(header, "name"), Text(header, "value"));
        }

        request.Headers.Host ??= Text(get, "host") is { Length: > 0 } host ? host : null;
        request.Headers.ConnectionClose = true;
        using var answer = await _http.SendAsync(request, cancellationToken);
        return (int)answer.StatusCode;
    }

    private async Task<int> ConnectAsync(JsonObject target, CancellationToken cancellationToken)
    {
        using var socket = new Socket(_application.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_application, PortOf(target), cancellationToken);
        return StatusCodes.Status200OK;
    }

    /// <summary>gRPC's health check: <c>Check</c> of <c>grpc.health.v1.Health</c>.</summary>
    private async Task<int> CheckAsync(JsonObject target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{_application}:{PortOf(target)}/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcMessage.Frame(ServiceField(Text(target, "service")))) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await _http.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK && IsServing(body) ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
    }

    /// <summary>The message with the service's name as its field 1.</summary>
    private static byte[] ServiceField(string service)
    {
        if (service.Length == 0)
        {
            return [];
        }

        var name = Encoding.UTF8.GetBytes(service);
        using var buffer = new MemoryStream();
        using var writer = new CodedOutputStream(buffer);
        writer.WriteTag(1, WireFormat.WireType.LengthDelimited);
        writer.WriteBytes(ByteString.CopyFrom(name));
        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>The status is field 1 of the answer.</summary>
    private static bool IsServing(ReadOnlySpan<byte> body) =>
        GrpcMessage.TryRead(body, out var message) && message is [8, ServingStatus, ..];

    private static int PortOf(JsonObject target) => target["port"] switch
    {
        JsonValue port when port.TryGetValue<int>(out var number) && number is > 0 and < 65536 => number,
        JsonValue port when port.TryGetValue<string>(out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 => number,
        var other => throw new FormatException($"{other?.ToJsonString() ?? "nothing"} is no port"),
    };

    private static TimeSpan TimeoutOf(JsonObject probe) =>
        probe["timeoutSeconds"] is JsonValue value && value.TryGetValue<int>(out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : DefaultTimeout;

    private static string Text(JsonObject fields, string name) => fields[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The application's probes (ISTIO_KUBE_APP_PROBERS) cannot be read, none is answered: {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Probe {Path} of the application failed")]
    private partial void LogFailed(Exception failure, PathString path);
}
