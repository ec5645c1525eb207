using Envoy.Config.Trace.V3;
using Envoy.Type.V3;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using HcmTracing = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.Tracing;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>How a connection manager makes spans: by Telemetry and default providers; where neither speaks of it, by the mesh's and the proxy's own settings.</summary>
internal static class Tracing
{
    private const string SpansPath = "/api/v2/spans";

    /// <summary>Null when it makes none.</summary>
    public static HcmTracing? Of(ProxyView view, TelemetryMode mode)
    {
        var stated = view.Telemetry.TracingFor(mode);
        var own = view.Node.Tracing ?? ProxyTracing.Of(view.Mesh.DefaultConfig);
        SpanExporter? provider = null;
        if (stated.IsStated ? (provider = ProviderOf(view, stated.Provider)) is null : !view.Mesh.Tracing)
        {
            return null;
        }

        var tracing = new HcmTracing
        {
            ClientSampling = new Percent { Value = 100 },
            RandomSampling = new Percent { Value = stated.Sampling ?? own.EffectiveSampling },
            OverallSampling = new Percent { Value = 100 },
            Provider = provider?.Http,
        };
        tracing.CustomTags.Add(TracingTags.Of(view.Node, stated.CustomTags is { Count: > 0 } tags ? tags : own.CustomTags, stated.AddsIstioTags));
        if ((provider?.MaxTagLength ?? 0) is > 0 and var length || (length = own.MaxPathTagLength) > 0)
        {
            tracing.MaxPathTagLength = length;
        }

        return tracing;
    }

    /// <summary>Null when there is no provider, or its service is not in the registry.</summary>
    private static SpanExporter? ProviderOf(ProxyView view, ExtensionProvider? provider) => provider switch
    {
        { Zipkin: { } zipkin } when ProviderCluster.Find(view.Snapshot, zipkin.Service, zipkin.Port) is { } collector => new(Zipkin(zipkin, collector), zipkin.MaxTagLength),
        { Opentelemetry: { } otlp } when ProviderCluster.Find(view.Snapshot, otlp.Service, otlp.Port) is { } collector => new(OpenTelemetry(view, otlp, collector), otlp.MaxTagLength),
        _ => null,
    };

    /// <summary>istiod 1.30 states the collector as a service of HTTP; the fields here say the same in every version of Envoy.</summary>
    private static Envoy.Config.Trace.V3.Tracing.Types.Http Zipkin(ZipkinProvider source, ProviderCluster collector) => new()
    {
        Name = "envoy.tracers.zipkin",
        TypedConfig = new ZipkinConfig
        {
            CollectorCluster = collector.Cluster,
            CollectorEndpoint = string.IsNullOrEmpty(source.Path) ? SpansPath : source.Path,
            CollectorHostname = collector.Host,
            CollectorEndpointVersion = ZipkinConfig.Types.CollectorEndpointVersion.HttpJson,
            TraceId128Bit = !source.Enable64bitTraceId,
            SharedSpanContext = false,
        }.Pack(),
    };

    private static Envoy.Config.Trace.V3.Tracing.Types.Http OpenTelemetry(ProxyView view, OpenTelemetryProvider source, ProviderCluster collector)
    {
        var config = new OpenTelemetryConfig { ServiceName = view.Node.Cluster };
        if (source.Http is { } http)
        {
            config.HttpService = new()
            {
                HttpUri = new() { Uri = $"http://{collector.Host}{http.Path}", Cluster = collector.Cluster, Timeout = (http.Timeout ?? TimeSpan.FromSeconds(3)).ToDuration() },
            };
            config.HttpService.RequestHeadersToAdd.Add(http.Headers.Select(header => new Envoy.Config.Core.V3.HeaderValueOption
            {
                Header = new() { Key = header.Name, Value = header.Value ?? "" },
                AppendAction = Envoy.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd,
            }));
        }
        else
        {
            config.GrpcService = new() { EnvoyGrpc = new() { ClusterName = collector.Cluster, Authority = collector.Host } };
        }

        return new() { Name = "envoy.tracers.opentelemetry", TypedConfig = config.Pack() };
    }

    /// <summary>Where spans go.</summary>
    private sealed record SpanExporter(Envoy.Config.Trace.V3.Tracing.Types.Http Http, uint MaxTagLength);
}
