using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Http.StatefulSession.V3;
using Envoy.Extensions.Http.StatefulSession.Cookie.V3;
using Envoy.Extensions.Http.StatefulSession.Header.V3;
using Envoy.Type.Http.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>
/// Session persistence by a Service's labels: <c>istio.io/persistent-session: NAME:PATH</c> keeps a client at its endpoint by a cookie, and
/// <c>istio.io/persistent-session-header: NAME</c> by a header. A cookie is one of the browser's session.
/// </summary>
internal static class PersistentSessions
{
    public const string FilterName = "envoy.filters.http.stateful_session";
    private const string CookieLabel = "istio.io/persistent-session";
    private const string HeaderLabel = "istio.io/persistent-session-header";

    /// <summary>True when any service has sessions: only then proxies have the filter.</summary>
    public static bool Exist(ProxyView view) => view.Snapshot.DerivedOfShape(typeof(PersistentSessions), _ => (object)view.Snapshot.Services.Any(AreStated)) is true;

    public static void Apply(MapField<string, Any> configs, MeshService? service)
    {
        if (service is not null && StateOf(service) is { } state)
        {
            configs[FilterName] = new StatefulSessionPerRoute { StatefulSession = new StatefulSession { SessionState = state } }.Pack();
        }
    }

    /// <summary>A session stays where it is while its endpoint drains.</summary>
    public static void Apply(Cluster cluster, MeshService service)
    {
        if (AreStated(service))
        {
            cluster.CommonLbConfig.OverrideHostStatus = new HealthStatusSet { Statuses = { HealthStatus.Healthy, HealthStatus.Draining, HealthStatus.Unknown, HealthStatus.Degraded } };
        }
    }

    private static bool AreStated(MeshService service) => Label(service, CookieLabel).Length + Label(service, HeaderLabel).Length > 0;

    private static TypedExtensionConfig? StateOf(MeshService service)
    {
        if (Label(service, CookieLabel) is { Length: > 0 } stated)
        {
            var colon = stated.IndexOf(':', StringComparison.Ordinal);
            var cookie = new Cookie { Name = colon < 0 ? stated : stated[..colon], Path = colon < 0 ? "/" : stated[(colon + 1)..] };
            return new TypedExtensionConfig { Name = "envoy.http.stateful_session.cookie", TypedConfig = new CookieBasedSessionState { Cookie = cookie }.Pack() };
        }

        return Label(service, HeaderLabel) is { Length: > 0 } header
            ? new TypedExtensionConfig { Name = "envoy.http.stateful_session.header", TypedConfig = new HeaderBasedSessionState { Name = header }.Pack() }
            : null;
    }

    private static string Label(MeshService service, string name) => service.Labels.GetValueOrDefault(name) ?? "";
}
