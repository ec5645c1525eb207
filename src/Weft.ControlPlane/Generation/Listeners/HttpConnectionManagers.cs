using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.RequestId.Uuid.V3;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Connection managers of sidecars, with Istio's settings.</summary>
internal static class HttpConnectionManagers
{
    public const string FilterName = "envoy.filters.network.http_connection_manager";
    private const string ServerName = "istio-envoy";

    /// <summary>Takes its routes from the route discovery service.</summary>
    public static Filter Outbound(ProxyView view, string statPrefix, string routeConfigName)
    {
        var manager = Common(view, statPrefix);
        manager.Rds = new Rds { ConfigSource = EnvoyShapes.AdsSource(), RouteConfigName = routeConfigName };
        manager.HttpFilters.Add(HttpFilters.Outbound(view));
        return new Filter { Name = FilterName, TypedConfig = manager.Pack() };
    }

    /// <summary>Carries its routes itself.</summary>
    public static Filter Inbound(ProxyView view, string statPrefix, RouteConfiguration routes)
    {
        var manager = Common(view, statPrefix);
        manager.RouteConfig = routes;
        manager.ServerName = ServerName;
        manager.ForwardClientCertDetails = HttpConnectionManager.Types.ForwardClientCertDetails.AppendForward;
        manager.SetCurrentClientCertDetails = new() { Subject = true, Uri = true, Dns = true };
        manager.HttpFilters.Add(HttpFilters.Inbound(view));
        return new Filter { Name = FilterName, TypedConfig = manager.Pack() };
    }

    private static HttpConnectionManager Common(ProxyView view, string statPrefix)
    {
        var manager = new HttpConnectionManager
        {
            StatPrefix = statPrefix,
            StreamIdleTimeout = EnvoyShapes.Zero,
            UseRemoteAddress = false,
            Proxy100Continue = true,
            UpgradeConfigs = { new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" } },
            RequestIdExtension = new RequestIDExtension { TypedConfig = new UuidRequestIdConfig { UseRequestIdForTraceSampling = true }.Pack() },
        };
        Normalize(manager, view.Mesh.PathNormalization?.Normalization);
        manager.AccessLog.Add(AccessLogs.Of(view.Mesh));
        if (view.Mesh.Tracing)
        {
            manager.Tracing = TracingTags.Of(view.Node);
        }

        return manager;
    }

    private static void Normalize(HttpConnectionManager manager, string? normalization)
    {
        manager.NormalizePath = normalization != "NONE";
        manager.MergeSlashes = normalization is "MERGE_SLASHES" or "DECODE_AND_MERGE_SLASHES";
        manager.PathWithEscapedSlashesAction = normalization == "DECODE_AND_MERGE_SLASHES"
            ? HttpConnectionManager.Types.PathWithEscapedSlashesAction.UnescapeAndForward
            : HttpConnectionManager.Types.PathWithEscapedSlashesAction.KeepUnchanged;
    }
}
