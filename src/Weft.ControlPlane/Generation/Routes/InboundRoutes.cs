using System.Globalization;
using Envoy.Config.Route.V3;
using Weft.ControlPlane.Generation.Listeners;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>The one route of an inbound chain: everything goes to the workload.</summary>
internal static class InboundRoutes
{
    public static RouteConfiguration Of(InboundChains.Target target) => new()
    {
        Name = target.Cluster,
        ValidateClusters = false,
        VirtualHosts =
        {
            new VirtualHost
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"inbound|http|{target.ServicePort}"),
                Domains = { "*" },
                Routes = { Route(target) },
            },
        },
    };

    private static Route Route(InboundChains.Target target)
    {
        var action = new RouteAction
        {
            Cluster = target.Cluster,
            Timeout = EnvoyShapes.Zero,
            MaxStreamDuration = new RouteAction.Types.MaxStreamDuration { MaxStreamDuration_ = EnvoyShapes.Zero, GrpcTimeoutHeaderMax = EnvoyShapes.Zero },
        };
        if (!target.IsGrpc)
        {
            // The application may close a kept connection in the moment a request is sent on it.
            action.RetryPolicy = new RetryPolicy { RetryOn = "reset-before-request", NumRetries = 2 };
        }

        return new Route
        {
            Name = "default",
            Match = new RouteMatch { Prefix = "/" },
            Decorator = new Decorator { Operation = string.Create(CultureInfo.InvariantCulture, $"{target.ServiceHost}:{target.ServicePort}/*") },
            Route_ = action,
        };
    }
}
