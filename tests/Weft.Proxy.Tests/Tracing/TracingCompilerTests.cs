using Envoy.Config.Core.V3;
using Envoy.Config.Trace.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Subscriptions;
using Weft.Xds.V1;
using Config = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.Tracing;

namespace Weft.Proxy.Tracing;

public sealed class TracingCompilerTests
{
    // istiod 1.30 states the collector in a field that the Envoy API which we build with does not have (recorded: telemetry-tracing-sampling).
    [Fact]
    public void Istiods_Zipkin_names_its_collector_as_a_service_of_HTTP()
    {
        var known = new ZipkinConfig { TraceId128Bit = true, SharedSpanContext = false, CollectorEndpointVersion = ZipkinConfig.Types.CollectorEndpointVersion.HttpJson };
        var newer = new ZipkinExtension
        {
            TraceContextOption = ZipkinExtension.Types.TraceContextOption.UseB3WithW3CPropagation,
            CollectorService = new HttpService { HttpUri = new HttpUri { Uri = "http://zipkin.istio-system.svc:9411/api/v2/spans", Cluster = "c", Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(3)) } },
        };
        var any = Any.Pack(known);
        any.Value = ByteString.CopyFrom([.. known.ToByteArray(), .. newer.ToByteArray()]);

        var provider = TracingCompiler.Compile(new Config { Provider = new() { Name = "envoy.tracers.zipkin", TypedConfig = any } })!.Provider!;

        Assert.Equal(("c", "zipkin.istio-system.svc:9411", "/api/v2/spans"), (provider.Collector.Cluster, provider.Collector.Authority, provider.Collector.Path));
        Assert.Equal(TraceHeaders.B3AndW3C, provider.Headers);
        Assert.False(provider.SharesSpans);
    }

    [Fact]
    public void Another_provider_is_refused() =>
        Assert.Contains("envoy.tracers.other", Assert.Throws<ResourceRejectedException>(() =>
            TracingCompiler.Compile(new Config { Provider = new() { Name = "envoy.tracers.other", TypedConfig = Any.Pack(new Empty()) } })).Message);
}
