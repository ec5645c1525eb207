using System.Net;
using System.Net.Mime;
using System.Text;
using Weft.Observability.Traces.Embedded;

namespace Weft.Api.Recordings;

/// <summary>The recorded spans in the embedded store, which they reach by OTLP as they reached Jaeger.</summary>
internal sealed class RecordedSpans : IAsyncDisposable
{
    private readonly EmbeddedTracing _tracing;

    private RecordedSpans(EmbeddedTracing tracing) => _tracing = tracing;

    public Uri QueryAddress => _tracing.QueryAddresses[0];

    public static async Task<RecordedSpans> ServeAsync()
    {
        IPEndPoint free = new(IPAddress.Loopback, 0);
        var tracing = await EmbeddedTracing.StartAsync(
            new EmbeddedTracingOptions { Query = [free], OtlpHttp = [free], OtlpGrpc = [], Zipkin = [], Tempo = [] }, TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var report = new StringContent(Recording.Read("bookinfo-traces.json.gz").ToJsonString(), Encoding.UTF8, MediaTypeNames.Application.Json);
        using var response = await http.PostAsync(new Uri(tracing.OtlpHttpAddresses[0], "/v1/traces"), report, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return new RecordedSpans(tracing);
    }

    public ValueTask DisposeAsync() => _tracing.DisposeAsync();
}
