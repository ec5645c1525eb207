using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Observability.Traces.Embedded;

namespace Weft.Observability.Traces;

/// <summary>A trace store on free ports, and a client that speaks to it.</summary>
internal sealed class TracingFixture : IAsyncDisposable
{
    private readonly HttpClient _http = new();

    private TracingFixture(EmbeddedTracing tracing) => Tracing = tracing;

    public EmbeddedTracing Tracing { get; }

    public HttpClient Http => _http;

    /// <summary>Of the recorded traces: a range that holds them all.</summary>
    public const string RecordedRange = "start=1795233435654770&end=1795234335654770";

    public static async Task<TracingFixture> StartAsync(Func<EmbeddedTracingOptions, EmbeddedTracingOptions>? change = null)
    {
        IPEndPoint free = new(IPAddress.Loopback, 0);
        var options = new EmbeddedTracingOptions { Query = [free], OtlpGrpc = [free], OtlpHttp = [free], Zipkin = [free], Tempo = [free] };
        return new TracingFixture(await EmbeddedTracing.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken));
    }

    /// <summary>40 traces of Bookinfo's sidecars as OTLP JSON; recorded, see Recorded/README.md.</summary>
    public static async Task<string> RecordedTracesAsync()
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Recorded", "bookinfo-traces.json.gz"));
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public async Task<TracingFixture> WithRecordedTracesAsync()
    {
        Assert.Equal(HttpStatusCode.OK, (await ReportAsync(await RecordedTracesAsync())).StatusCode);
        return this;
    }

    public Task<HttpResponseMessage> ReportAsync(string otlpJson) => PostAsync(new Uri(Tracing.OtlpHttpAddresses[0], "/v1/traces"), otlpJson);

    public Task<HttpResponseMessage> PostAsync(Uri address, string json) =>
        _http.PostAsync(address, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public Task<JsonNode> JaegerAsync(string path) => GetAsync(new Uri(Tracing.QueryAddresses[0], path));

    public Task<JsonNode> TempoAsync(string path) => GetAsync(new Uri(Tracing.TempoAddresses[0], path));

    public async Task<JsonNode> GetAsync(Uri address)
    {
        using var response = await _http.GetAsync(address, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Tracing.DisposeAsync();
    }
}
