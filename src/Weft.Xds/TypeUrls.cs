namespace Weft.Xds;

/// <summary>The xDS v3 resource type URLs that Weft serves and consumes.</summary>
public static class TypeUrls
{
    public const string Cluster = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    public const string Endpoint = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    public const string Listener = "type.googleapis.com/envoy.config.listener.v3.Listener";
    public const string Route = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    public const string Secret = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    public const string ExtensionConfig = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";

    /// <summary>Istio's table of host names and addresses, for a proxy's DNS.</summary>
    public const string NameTable = "type.googleapis.com/istio.networking.nds.v1.NameTable";
}
