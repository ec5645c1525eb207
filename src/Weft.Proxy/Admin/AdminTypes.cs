using Google.Protobuf.Reflection;

namespace Weft.Proxy.Admin;

/// <summary>Every message that may stand in an Any of a configuration that this proxy accepts.</summary>
internal static class AdminTypes
{
    public static TypeRegistry Registry { get; } = TypeRegistry.FromFiles(
        Envoy.Admin.V3.ConfigDumpReflection.Descriptor,
        Envoy.Admin.V3.ConfigDumpSharedReflection.Descriptor,
        Envoy.Config.Listener.V3.ListenerReflection.Descriptor,
        Envoy.Config.Cluster.V3.ClusterReflection.Descriptor,
        Envoy.Config.Endpoint.V3.EndpointReflection.Descriptor,
        Envoy.Config.Route.V3.RouteReflection.Descriptor,
        Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManagerReflection.Descriptor,
        Envoy.Extensions.Filters.Network.TcpProxy.V3.TcpProxyReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Router.V3.RouterReflection.Descriptor,
        Envoy.Extensions.Filters.Http.GrpcStats.V3.ConfigReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Rbac.V3.RbacReflection.Descriptor,
        Envoy.Extensions.Filters.Network.Rbac.V3.RbacReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Fault.V3.FaultReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Cors.V3.CorsReflection.Descriptor,
        Envoy.Extensions.Filters.Http.JwtAuthn.V3.ConfigReflection.Descriptor,
        Envoy.Extensions.Filters.Http.ExtAuthz.V3.ExtAuthzReflection.Descriptor,
        Envoy.Extensions.Filters.Network.ExtAuthz.V3.ExtAuthzReflection.Descriptor,
        Envoy.Extensions.Path.Match.UriTemplate.V3.UriTemplateMatchReflection.Descriptor,
        Envoy.Extensions.Path.Rewrite.UriTemplate.V3.UriTemplateRewriteReflection.Descriptor,
        Envoy.Extensions.AccessLoggers.Stream.V3.StreamReflection.Descriptor,
        Envoy.Extensions.AccessLoggers.Filters.Cel.V3.CelReflection.Descriptor,
        Envoy.Extensions.Retry.Priority.PreviousPriorities.V3.PreviousPrioritiesConfigReflection.Descriptor,
        Envoy.Config.Trace.V3.OpentelemetryReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.TlsInspector.V3.TlsInspectorReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.HttpInspector.V3.HttpInspectorReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.OriginalDst.V3.OriginalDstReflection.Descriptor,
        Envoy.Extensions.TransportSockets.Tls.V3.TlsReflection.Descriptor,
        Envoy.Extensions.TransportSockets.Tls.V3.SecretReflection.Descriptor,
        Envoy.Extensions.TransportSockets.RawBuffer.V3.RawBufferReflection.Descriptor,
        Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptionsReflection.Descriptor,
        Envoy.Extensions.RequestId.Uuid.V3.UuidReflection.Descriptor,
        Envoy.Extensions.Retry.Host.PreviousHosts.V3.PreviousHostsReflection.Descriptor,
        Envoy.Extensions.AccessLoggers.File.V3.FileReflection.Descriptor,
        Envoy.Config.Trace.V3.ZipkinReflection.Descriptor,
        Envoy.Extensions.Network.DnsResolver.Cares.V3.CaresDnsResolverReflection.Descriptor,
        Udpa.Type.V1.TypedStructReflection.Descriptor,
        global::Xds.Type.V3.TypedStructReflection.Descriptor,
        Istio.Stats.ConfigReflection.Descriptor,
        Istio.Envoy.Config.Filter.Http.Alpn.V2Alpha1.ConfigReflection.Descriptor);
}
