using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Weft.Console.Traces;

/// <summary>A backend of tracing is found where it is, on the host that was configured.</summary>
public sealed class TracingDiscoveryTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, string> _answers = [];
    private WebApplication? _backend;

    private Uri Address => new(_backend!.Urls.First());

    [Fact]
    public async Task A_Jaeger_below_a_path_is_found_and_nothing_else()
    {
        _answers["/jaeger/api/services"] = """{"data":["a"],"total":1}""";
        var (steps, found) = await FindAsync(new Uri("http://127.0.0.1:1"), Address.Port);
        Assert.Equal([new FoundBackend("jaeger", new Uri(Address, "jaeger"))], found);
        Assert.Equal(
            [$"Checking open ports: [Ok] Port {Address.Port} is open", $"Asked jaeger: [Ok] {Address}jaeger answers"],
            steps.Take(2).Select(step => $"{step.Test}: {step.Result}"));
        Assert.Equal(2, steps.Count(step => step.Result.StartsWith("[Error]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_Tempo_is_found_below_the_configured_path_too()
    {
        _answers["/tenant/api/search/tags"] = """{"tagNames":[]}""";
        var (_, found) = await FindAsync(new Uri("http://127.0.0.1:1/tenant/"), Address.Port);
        Assert.Equal([new FoundBackend("tempo", new Uri(Address, "tenant"))], found);
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_asked()
    {
        var port = Address.Port;
        await _backend!.StopAsync(TestContext.Current.CancellationToken);
        var (steps, found) = await FindAsync(new Uri("http://127.0.0.1:1"), port);
        Assert.Empty(steps);
        Assert.Empty(found);
    }

    [Fact]
    public async Task A_host_that_is_none_has_no_ports()
    {
        var (steps, _) = await FindAsync(new Uri("http://no-such-host.invalid:1"), Address.Port);
        Assert.Empty(steps);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _backend = builder.Build();
        _backend.Run(context =>
        {
            var answer = _answers.GetValueOrDefault(context.Request.Path.Value ?? "");
            context.Response.StatusCode = answer is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            return context.Response.WriteAsync(answer ?? "", context.RequestAborted);
        });
        await _backend.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _backend!.DisposeAsync();
    }

    private Task<(ImmutableArray<DiagnosisStep> Steps, ImmutableArray<FoundBackend> Found)> FindAsync(Uri configured, int port) =>
        new TracingDiscovery(_http, TimeProvider.System, [port]).FindAsync(configured, TestContext.Current.CancellationToken);
}
