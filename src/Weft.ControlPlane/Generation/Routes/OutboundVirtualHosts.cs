using System.Globalization;
using Envoy.Config.Route.V3;
using Weft.Istio.Effective;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>The virtual host of one service on one port.</summary>
internal static class OutboundVirtualHosts
{
    /// <param name="taken">Domains of the virtual hosts before this one: a domain belongs to one virtual host only.</param>
    /// <returns>Null when no domain is left.</returns>
    public static VirtualHost? Of(ProxyView view, MeshService service, MeshServicePort port, HashSet<string> taken)
    {
        var domains = Domains(service, view.Node.Namespace).Where(taken.Add).ToList();
        return domains.Count == 0 ? null : Host(view, service, port, domains);
    }

    /// <summary>For a listener that only this service has: whatever the host header says.</summary>
    public static VirtualHost Only(ProxyView view, MeshService service, MeshServicePort port) => Host(view, service, port, ["*"]);

    private static VirtualHost Host(ProxyView view, MeshService service, MeshServicePort port, List<string> domains) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port.Number}"),
        IncludeRequestAttemptCount = true,
        Domains = { domains },
        Routes = { RoutesOf(view, service, port) },
    };

    /// <summary>A rule for the claims of a token is left out: nobody verifies tokens here, so it must not match.</summary>
    private static IEnumerable<Route> RoutesOf(ProxyView view, MeshService service, MeshServicePort port) =>
        view.VirtualServiceFor(service.Host) is { Spec.Http.Length: > 0 } virtualService
            ? EffectiveRoutes.Http(view.Snapshot, virtualService, view.Routing, port.Number)
                .Where(rule => rule.Match?.ReadsToken != true)
                .Select(rule => HttpRouteTranslation.Translate(view, virtualService, rule, port.Number))
            : [DefaultRoutes.Of(view, service, port)];

    /// <summary>The names by which callers of a namespace address the service, its pods' names when headless, and its addresses.</summary>
    private static IEnumerable<string> Domains(MeshService service, string callerNamespace)
    {
        var names = Names(service, callerNamespace).ToList();
        foreach (var name in names)
        {
            yield return name;
        }

        if (service.IsHeadless)
        {
            foreach (var name in names)
            {
                yield return $"*.{name}";
            }
        }

        foreach (var address in service.Addresses)
        {
            yield return address.Contains(':') ? $"[{address}]" : address;
        }
    }

    private static IEnumerable<string> Names(MeshService service, string callerNamespace)
    {
        yield return service.Host;
        yield return $"{service.Host}.";
        if (service.Registry != ServiceRegistry.Kubernetes)
        {
            yield break;
        }

        if (service.Namespace == callerNamespace)
        {
            yield return service.Name;
            yield return $"{service.Name}.{service.Namespace}.svc";
            yield return $"{service.Name}.{service.Namespace}";
        }
        else
        {
            yield return $"{service.Name}.{service.Namespace}";
            yield return $"{service.Name}.{service.Namespace}.svc";
        }
    }
}
