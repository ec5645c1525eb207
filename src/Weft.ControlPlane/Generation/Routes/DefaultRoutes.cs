using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Host.PreviousHosts.V3;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>Routes of services that no VirtualService names, and the parts other routes share with them.</summary>
internal static class DefaultRoutes
{
    private const string RetryOn = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
    private const uint DefaultAttempts = 2;
    private const long HostSelectionAttempts = 5;

    public static Route Of(ProxyView view, MeshService service, MeshServicePort port)
    {
        var action = Action(ClusterNames.Outbound(port.Number, "", service.Host));
        action.RetryPolicy = Retries.Of(view.Mesh.DefaultHttpRetryPolicy);
        action.HashPolicy.Add(HashPolicies.Of(HashPolicies.ForPort(view, service, port.Number)));
        return new Route
        {
            Name = "default",
            Match = new RouteMatch { Prefix = "/" },
            Decorator = new Decorator { Operation = string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port.Number}/*") },
            Route_ = action,
        };
    }

    /// <summary>To one cluster, without a time limit.</summary>
    public static RouteAction Action(string cluster)
    {
        var action = new RouteAction { Cluster = cluster, Timeout = EnvoyShapes.Zero };
        LimitGrpc(action, TimeSpan.Zero);
        return action;
    }

    // Deprecated in Envoy's API, and what istiod sends to sidecars.
#pragma warning disable CS0612 // see above
    public static void LimitGrpc(RouteAction action, TimeSpan limit) => action.MaxGrpcTimeout = limit.ToDuration();
#pragma warning restore CS0612

    public static RetryPolicy DefaultRetries() => new()
    {
        RetryOn = RetryOn,
        NumRetries = DefaultAttempts,
        HostSelectionRetryMaxAttempts = HostSelectionAttempts,
        RetryHostPredicate = { PreviousHosts() },
    };

    /// <summary>A retry does not go to a host that was tried.</summary>
    public static RetryPolicy.Types.RetryHostPredicate PreviousHosts() => new()
    {
        Name = "envoy.retry_host_predicates.previous_hosts",
        TypedConfig = new PreviousHostsPredicate().Pack(),
    };
}
