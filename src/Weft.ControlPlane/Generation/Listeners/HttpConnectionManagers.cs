using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.RequestId.Uuid.V3;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Connection managers of sidecars, with Istio's settings.</summary>
internal static class HttpConnectionManagers
{
    public const string FilterName = "envoy.filters.network.http_connection_manager";

    /// <summary>Takes its routes from the route discovery service.</summary>
    /// <param name="dynamicHosts">Hosts whose names the proxy resolves as requests state them.</param>
    public static Filter Outbound(ProxyView view, string statPrefix, string routeConfigName, PortProtocol protocol, IReadOnlyCollection<string> dynamicHosts)
    {
        var manager = Common(view, statPrefix, TelemetryMode.Client);
        manager.Rds = new Rds { ConfigSource = EnvoyShapes.AdsSource(), RouteConfigName = routeConfigName };
        view.Headers.ApplyServer(manager, outbound: true);
        AcceptHttp10(manager, view);
        manager.HttpFilters.Add(HttpFilters.Outbound(view, protocol, dynamicHosts));
        return new Filter { Name = FilterName, TypedConfig = manager.Pack() };
    }

    /// <summary>Of the listener that serves as a proxy for HTTP: requests state whole addresses.</summary>
    public static Filter HttpProxy(ProxyView view, string statPrefix)
    {
        var manager = Common(view, statPrefix, TelemetryMode.Client);
        manager.Proxy100Continue = false;
        manager.Rds = new Rds { ConfigSource = EnvoyShapes.AdsSource(), RouteConfigName = Routes.RouteGenerator.HttpProxy };
        manager.HttpProtocolOptions = new() { AllowAbsoluteUrl = true, AcceptHttp10 = view.Node.AcceptsHttp10 };
        view.Headers.ApplyServer(manager, outbound: true);
        manager.HttpFilters.Add(HttpFilters.Outbound(view, PortProtocol.HttpProxy, []));
        return new Filter { Name = FilterName, TypedConfig = manager.Pack() };
    }

    /// <summary>Carries its routes itself.</summary>
    public static Filter Inbound(ProxyView view, string statPrefix, RouteConfiguration routes, PortProtocol protocol)
    {
        var manager = Common(view, statPrefix, TelemetryMode.Server);
        manager.RouteConfig = routes;
        view.Headers.ApplyServer(manager, outbound: false);
        AcceptHttp10(manager, view);
        manager.Http2ProtocolOptions = protocol.IsHttp2() ? new() : null;
        manager.ForwardClientCertDetails = view.Headers.Forwards;
        manager.SetCurrentClientCertDetails = view.Headers.CertificateDetails ?? new() { Subject = true, Uri = true, Dns = true };
        manager.HttpFilters.Add(HttpFilters.Inbound(view, protocol));
        return new Filter { Name = FilterName, TypedConfig = manager.Pack() };
    }

    /// <summary>At the edge of the mesh: the client's address and certificate are those of the connection, unless the gateway stands behind proxies that are trusted.</summary>
    public static Filter Gateway(ProxyView view, string statPrefix, string routeConfigName, PortProtocol protocol)
    {
        var manager = Common(view, statPrefix, TelemetryMode.Client);
        manager.Rds = new Rds { ConfigSource = EnvoyShapes.AdsSource(), RouteConfigName = routeConfigName };
        manager.UseRemoteAddress = true;
        manager.XffNumTrustedHops = view.Topology.TrustedProxies;
        manager.ForwardClientCertDetails = view.Topology.ForwardClientCertDetails;
        if (manager.ForwardClientCertDetails is HttpConnectionManager.Types.ForwardClientCertDetails.AppendForward or HttpConnectionManager.Types.ForwardClientCertDetails.SanitizeSet)
        {
            manager.SetCurrentClientCertDetails = new() { Subject = true, Cert = true, Uri = true, Dns = true };
        }

        view.Headers.ApplyServer(manager, outbound: false);
        manager.HttpProtocolOptions = new();
        AcceptHttp10(manager, view);
        manager.HttpFilters.Add(HttpFilters.Gateway(view, protocol));
        return new Filter { Name = FilterName, TypedConfig = manager.Pack() };
    }

    private static HttpConnectionManager Common(ProxyView view, string statPrefix, TelemetryMode mode)
    {
        var manager = new HttpConnectionManager
        {
            StatPrefix = statPrefix,
            StreamIdleTimeout = EnvoyShapes.Zero,
            UseRemoteAddress = false,
            Proxy100Continue = true,
            UpgradeConfigs = { new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" } },
            Tracing = Tracing.Of(view, mode),
            RequestIdExtension = new RequestIDExtension { TypedConfig = new UuidRequestIdConfig { UseRequestIdForTraceSampling = view.Telemetry.TracingFor(mode).UsesRequestIdForSampling }.Pack() },
        };
        Normalize(manager, view.Mesh.PathNormalization?.Normalization);
        manager.AccessLog.Add(AccessLogs.OfRequests(view, mode));
        return manager;
    }

    /// <summary>Metadata HTTP10 of a proxy (ISTIO_META_HTTP10): requests of HTTP/1.0 are not refused.</summary>
    private static void AcceptHttp10(HttpConnectionManager manager, ProxyView view)
    {
        if (view.Node.AcceptsHttp10)
        {
            manager.HttpProtocolOptions = new() { AcceptHttp10 = true };
        }
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
