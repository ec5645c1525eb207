using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Trace.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;
using Weft.Xds.V1;
using Config = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.Tracing;
using CustomTagConfig = Envoy.Type.Tracing.V3.CustomTag;

namespace Weft.Proxy.Tracing;

/// <summary>Compiles the tracing settings of a connection manager: providers zipkin and opentelemetry.</summary>
internal static class TracingCompiler
{
    private const string OtlpMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const int DefaultMaxPathTagLength = 256;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <returns>Null where tracing is off.</returns>
    /// <exception cref="ResourceRejectedException">A provider that this proxy does not have.</exception>
    public static TracingModel? Compile(Config? config) => config is null ? null : new TracingModel
    {
        Sampling = new RouteSampling(Share(config.ClientSampling), Share(config.RandomSampling), Share(config.OverallSampling)),
        MaxPathTagLength = (int)Math.Min(config.MaxPathTagLength ?? DefaultMaxPathTagLength, int.MaxValue),
        CustomTags = Tags(config.CustomTags),
        Provider = Provider(config.Provider),
        SpawnsUpstreamSpan = config.SpawnUpstreamSpan ?? false,
    };

    /// <exception cref="ResourceRejectedException">A kind of tag that this proxy does not have.</exception>
    public static ImmutableArray<CustomTag> Tags(IEnumerable<CustomTagConfig> configs) => [.. configs.Select(Tag)];

    private static Fraction Share(Envoy.Type.V3.Percent? percent) =>
        new((uint)Math.Clamp((percent?.Value ?? 100) * 100, 0, 10_000), 10_000);

    private static CustomTag Tag(CustomTagConfig config)
    {
        switch (config.TypeCase)
        {
            case CustomTagConfig.TypeOneofCase.Literal:
                var literal = config.Literal.Value;
                return new CustomTag(config.Tag, _ => literal);
            case CustomTagConfig.TypeOneofCase.Environment:
                var variable = System.Environment.GetEnvironmentVariable(config.Environment.Name) ?? Absent(config.Environment.DefaultValue);
                return new CustomTag(config.Tag, _ => variable);
            case CustomTagConfig.TypeOneofCase.RequestHeader:
                var header = config.RequestHeader;
                var name = header.Name.ToLowerInvariant();
                return new CustomTag(config.Tag, stream => stream.RequestHeader(name) ?? Absent(header.DefaultValue));
            case CustomTagConfig.TypeOneofCase.Metadata:
                return new CustomTag(config.Tag, MetadataTag(config.Metadata));
            default:
                throw new ResourceRejectedException($"custom tag {config.Tag} of kind {config.TypeCase} is not supported");
        }
    }

    private static Func<IStreamInfo, string?> MetadataTag(CustomTagConfig.Types.Metadata config)
    {
        var filter = config.MetadataKey.Key;
        string[] path = [.. config.MetadataKey.Path.Select(segment => segment.Key)];
        Func<IStreamInfo, Struct?> source = config.Kind?.KindCase switch
        {
            Envoy.Type.Metadata.V3.MetadataKind.KindOneofCase.Route => stream => (stream as HttpExchange)?.Route?.Metadata?.FilterMetadata.GetValueOrDefault(filter),
            Envoy.Type.Metadata.V3.MetadataKind.KindOneofCase.Cluster => stream => stream.Cluster?.Config.Metadata?.FilterMetadata.GetValueOrDefault(filter),
            Envoy.Type.Metadata.V3.MetadataKind.KindOneofCase.Host => stream => stream.Endpoint?.Config?.Metadata?.FilterMetadata.GetValueOrDefault(filter),
            _ => stream => stream.Metadata?.For(filter),
        };
        return stream => ValueText.Of(DynamicMetadata.Find(source(stream), path)) ?? Absent(config.DefaultValue);
    }

    private static TracingProvider? Provider(Envoy.Config.Trace.V3.Tracing.Types.Http? config)
    {
        var any = config?.TypedConfig;
        if (any is null)
        {
            return null;
        }

        if (any.Is(ZipkinConfig.Descriptor))
        {
            return Zipkin(ZipkinConfig.Parser.ParseFrom(any.Value), ZipkinExtension.Parser.ParseFrom(any.Value));
        }

        return any.Is(OpenTelemetryConfig.Descriptor)
            ? OpenTelemetry(OpenTelemetryConfig.Parser.ParseFrom(any.Value))
            : throw new ResourceRejectedException($"tracing provider {config!.Name} ({any.TypeUrl}) is not supported; zipkin and opentelemetry are");
    }

    private static TracingProvider Zipkin(ZipkinConfig config, ZipkinExtension extension)
    {
        if (config.CollectorEndpointVersion is ZipkinConfig.Types.CollectorEndpointVersion.HttpProto or ZipkinConfig.Types.CollectorEndpointVersion.Grpc)
        {
            throw new ResourceRejectedException($"Zipkin's collector_endpoint_version {config.CollectorEndpointVersion} is not supported; HTTP_JSON is");
        }

        return new TracingProvider
        {
            Collector = extension.CollectorService is { } service ? Http(service, SpanProtocol.ZipkinJson, "") : new SpanCollector
            {
                Protocol = SpanProtocol.ZipkinJson,
                Cluster = config.CollectorCluster,
                Authority = config.CollectorHostname.Length > 0 ? config.CollectorHostname : config.CollectorCluster,
                Path = config.CollectorEndpoint,
                Timeout = DefaultTimeout,
                ServiceName = "",
            },
            Headers = extension.TraceContextOption == ZipkinExtension.Types.TraceContextOption.UseB3WithW3CPropagation ? TraceHeaders.B3AndW3C : TraceHeaders.B3,
            UsesLongTraceIds = config.TraceId128Bit,
            SharesSpans = config.SharedSpanContext ?? true,
        };
    }

    private static TracingProvider OpenTelemetry(OpenTelemetryConfig config)
    {
        if (config.Sampler is not null)
        {
            throw new ResourceRejectedException($"OpenTelemetry's sampler {config.Sampler.Name} is not supported");
        }

        var service = config.ServiceName.Length > 0 ? config.ServiceName : "unknown_service:envoy";
        return new TracingProvider
        {
            Collector = config.HttpService is { } http ? Http(http, SpanProtocol.OtlpHttp, service) : Grpc(config.GrpcService, service),
            Headers = TraceHeaders.W3C,
        };
    }

    private static SpanCollector Grpc(GrpcService? config, string service) => config?.EnvoyGrpc is { } grpc
        ? new SpanCollector
        {
            Protocol = SpanProtocol.OtlpGrpc,
            Cluster = grpc.ClusterName,
            Authority = grpc.Authority.Length > 0 ? grpc.Authority : grpc.ClusterName,
            Path = OtlpMethod,
            Timeout = config.Timeout?.ToTimeSpan() is { Ticks: > 0 } timeout ? timeout : DefaultTimeout,
            ServiceName = service,
            Headers = string.Join('\n', config.InitialMetadata.Select(header => $"{header.Key}: {header.Value}")),
        }
        : throw new ResourceRejectedException("OpenTelemetry needs grpc_service.envoy_grpc or http_service");

    private static SpanCollector Http(HttpService config, SpanProtocol protocol, string service)
    {
        var uri = config.HttpUri;
        if (uri is null || !Uri.TryCreate(uri.Uri, UriKind.Absolute, out var address))
        {
            throw new ResourceRejectedException($"the collector's http_uri '{uri?.Uri}' is no absolute URI");
        }

        return new SpanCollector
        {
            Protocol = protocol,
            Cluster = uri.Cluster,
            Authority = address.Authority,
            Path = address.PathAndQuery,
            Timeout = uri.Timeout?.ToTimeSpan() is { Ticks: > 0 } timeout ? timeout : DefaultTimeout,
            ServiceName = service,
            Headers = string.Join('\n', config.RequestHeadersToAdd.Select(header => $"{header.Header.Key}: {header.Header.Value}")),
        };
    }

    private static string? Absent(string text) => text.Length > 0 ? text : null;
}
