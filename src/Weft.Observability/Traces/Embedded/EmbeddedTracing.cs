using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weft.Observability.Traces.Embedded.Endpoints;

namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// A running trace store: takes spans by OTLP (gRPC and HTTP) and Zipkin, answers Jaeger's and Tempo's query APIs. Disposing ends the APIs
/// and forgets the spans.
/// <code>
/// await using var tracing = await EmbeddedTracing.StartAsync(new EmbeddedTracingOptions
/// {
///     Query = [new(IPAddress.Loopback, 16686), new(podAddress, 16686)],  // Service tracing, port 80 -> 16686; zipkin: 9411; jaeger-collector: 4317, 4318, 9411
///     OtlpGrpc = [new(podAddress, 4317)], OtlpHttp = [...], Zipkin = [...], Tempo = [...], QueryBasePath = "/jaeger",
///     TimeProvider = time, LoggerFactory = loggers,
/// }, cancellationToken);
/// var source = new JaegerClient(http, new TraceClientOptions { Endpoint = tracing.QueryAddresses[0] }, time);  // for the console
/// </code>
/// </summary>
public sealed class EmbeddedTracing : IAsyncDisposable
{
    private readonly TraceStore _store;
    private readonly List<TracingListener> _listeners = [];

    private EmbeddedTracing(TraceStore store) => _store = store;

    /// <summary>Where each API is, with the ports that were taken, in the order of the options.</summary>
    public ImmutableArray<Uri> QueryAddresses { get; private set; } = [];

    public ImmutableArray<Uri> OtlpGrpcAddresses { get; private set; } = [];

    public ImmutableArray<Uri> OtlpHttpAddresses { get; private set; } = [];

    public ImmutableArray<Uri> ZipkinAddresses { get; private set; } = [];

    public ImmutableArray<Uri> TempoAddresses { get; private set; } = [];

    /// <summary>What the store holds now.</summary>
    public TraceStoreCounts Counts => _store.Counts;

    /// <summary>Starts; throws <see cref="IOException"/> when an endpoint is taken.</summary>
    public static async Task<EmbeddedTracing> StartAsync(EmbeddedTracingOptions options, CancellationToken cancellationToken)
    {
        var tracing = new EmbeddedTracing(new TraceStore(options.Store, options.TimeProvider));
        try
        {
            await tracing.ListenAsync(options, cancellationToken);
            return tracing;
        }
        catch
        {
            await tracing.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
            await listener.DisposeAsync();
    }

    private async Task ListenAsync(EmbeddedTracingOptions options, CancellationToken cancellationToken)
    {
        var receiver = new SpanReceiver(_store, options.MaxReportBytes);
        var jaeger = new JaegerEndpoints(_store, options.TimeProvider);
        var tempo = new TempoEndpoints(_store, options.TimeProvider);
        OtlpGrpcAddresses = await StartAsync(options.OtlpGrpc, HttpProtocols.Http2, receiver.MapOtlpGrpc);
        OtlpHttpAddresses = await StartAsync(options.OtlpHttp, HttpProtocols.Http1, receiver.MapOtlpHttp);
        ZipkinAddresses = await StartAsync(options.Zipkin, HttpProtocols.Http1, receiver.MapZipkin);
        QueryAddresses = await StartAsync(options.Query, HttpProtocols.Http1, routes => jaeger.Map(routes, options.QueryBasePath));
        TempoAddresses = await StartAsync(options.Tempo, HttpProtocols.Http1, tempo.Map);

        async Task<ImmutableArray<Uri>> StartAsync(ImmutableArray<IPEndPoint> at, HttpProtocols protocols, Action<IEndpointRouteBuilder> map)
        {
            if (at.IsEmpty)
                return [];
            var listener = await TracingListener.StartAsync(at, protocols, options, map, cancellationToken);
            _listeners.Add(listener);
            return listener.Addresses;
        }
    }
}
