using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Weft.ControlPlane.Debug;

/// <summary>Envoy's messages as JSON with what is packed in them written out.</summary>
internal static class EnvoyJson
{
    private static readonly TypeRegistry s_types = TypeRegistry.FromFiles(
        Envoy.Admin.V3.ConfigDumpReflection.Descriptor,
        Envoy.Config.Cluster.V3.ClusterReflection.Descriptor,
        Envoy.Config.Endpoint.V3.EndpointReflection.Descriptor,
        Envoy.Config.Listener.V3.ListenerReflection.Descriptor,
        Envoy.Config.Route.V3.RouteReflection.Descriptor,
        Envoy.Extensions.AccessLoggers.File.V3.FileReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Cors.V3.CorsReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Fault.V3.FaultReflection.Descriptor,
        Envoy.Extensions.Filters.Http.GrpcStats.V3.ConfigReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Rbac.V3.RbacReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Router.V3.RouterReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.HttpInspector.V3.HttpInspectorReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.OriginalDst.V3.OriginalDstReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.TlsInspector.V3.TlsInspectorReflection.Descriptor,
        Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManagerReflection.Descriptor,
        Envoy.Extensions.Filters.Network.Rbac.V3.RbacReflection.Descriptor,
        Envoy.Extensions.Filters.Network.TcpProxy.V3.TcpProxyReflection.Descriptor,
        Envoy.Extensions.RequestId.Uuid.V3.UuidReflection.Descriptor,
        Envoy.Extensions.Retry.Host.PreviousHosts.V3.PreviousHostsReflection.Descriptor,
        Envoy.Extensions.TransportSockets.RawBuffer.V3.RawBufferReflection.Descriptor,
        Envoy.Extensions.TransportSockets.Tls.V3.TlsReflection.Descriptor,
        Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptionsReflection.Descriptor,
        Envoy.Service.Status.V3.CsdsReflection.Descriptor,
        Udpa.Type.V1.TypedStructReflection.Descriptor,
        global::Istio.Envoy.Config.Filter.Http.Alpn.V2Alpha1.ConfigReflection.Descriptor,
        global::Istio.Stats.ConfigReflection.Descriptor);

    private static readonly JsonFormatter s_formatter = new(new JsonFormatter.Settings(false, s_types));

    public static string Format(IMessage message) => s_formatter.Format(message);

    /// <summary>The message of a full name, such as envoy.config.cluster.v3.Cluster; null for one that we are not built with.</summary>
    public static MessageDescriptor? Find(string fullName) => s_types.Find(fullName);
}
