using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Weft.Proxy.Mesh;

/// <summary>A server outside the mesh that sidecars know as a STATIC cluster: a collector, a key server, an authorization service.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _isHttp2;

    private TestService(WebApplication app, bool isHttp2)
    {
        _app = app;
        _isHttp2 = isHttp2;
    }

    public int Port => new Uri(_app.Urls.First()).Port;

    public static async Task<TestService> StartAsync(RequestDelegate serve, bool isHttp2 = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        app.Run(serve);
        await app.StartAsync();
        return new TestService(app, isHttp2);
    }

    /// <summary>Adds the cluster to those of a proxy.</summary>
    public void AddTo(JsonArray clusters, string name)
    {
        var cluster = JsonNode.Parse($$"""
            {"name":"{{name}}","type":"STATIC","connectTimeout":"2s","loadAssignment":{"clusterName":"{{name}}","endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":"127.0.0.1","portValue":{{Port}} } } } }]}]} }
            """)!;
        if (_isHttp2)
        {
            cluster["typedExtensionProtocolOptions"] = JsonNode.Parse("""
                {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","explicitHttpConfig":{"http2ProtocolOptions":{} } } }
                """);
        }

        clusters.Add(cluster);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
