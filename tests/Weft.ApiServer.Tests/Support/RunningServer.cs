using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Support;

/// <summary>An API server on a free port with a state folder of its own, and an administrator's HTTP client.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly bool _ownsFolder;

    private RunningServer(ApiServerHost host, string folder, bool ownsFolder)
    {
        Host = host;
        _folder = folder;
        _ownsFolder = ownsFolder;
        Client = CreateClient(host.AdminCertificate);
    }

    public ApiServerHost Host { get; }

    public HttpClient Client { get; }

    public string Folder => _folder;

    public static async Task<RunningServer> StartAsync(Func<ApiServerOptions, ApiServerOptions>? configure = null, string? folder = null)
    {
        var state = folder ?? Directory.CreateTempSubdirectory("weft-api-").FullName;
        var options = new ApiServerOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            StateFolder = state,
            ServiceNetwork = new IPNetwork(IPAddress.Parse("10.96.0.0"), 16),
        };
        var host = await ApiServerHost.StartAsync(configure?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
        return new RunningServer(host, state, folder is null);
    }

    public HttpClient CreateClient(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null;
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        var client = new HttpClient(handler) { BaseAddress = Host.Address };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("recorder/1.0");
        return client;
    }

    public async Task<(int Code, JsonObject Body)> SendAsync(string method, string path, string? body = null, string contentType = "application/json", string accept = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd(accept);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(text) as JsonObject ?? []);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        if (_ownsFolder) Directory.Delete(_folder, recursive: true);
    }
}
