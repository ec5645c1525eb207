using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective.Translation;

/// <summary>A route of requests, its parents, and its rules as each kind of parent reads them.</summary>
internal sealed class TranslatedRoute
{
    private readonly TranslatedRules<HttpRoute> _atGateways;
    private readonly TranslatedRules<HttpRoute> _inMesh;

    /// <param name="read">Reads the rules, for a mesh or for gateways.</param>
    public TranslatedRoute(IK8sRoute route, IEnumerable<ParentBinding> parents, Func<bool, TranslatedRules<HttpRoute>> read)
    {
        Route = route;
        Parents = [.. parents];
        var none = new TranslatedRules<HttpRoute>([], null);
        _atGateways = Parents.Any(parent => !parent.IsInMesh) ? read(false) : none;
        _inMesh = Parents.Any(parent => parent.IsInMesh) ? read(true) : none;
    }

    public IK8sRoute Route { get; }

    public ImmutableArray<ParentBinding> Parents { get; }

    public K8sRouteOutcome Outcome => new(Route, [.. Parents.Select(parent => OutcomeOf(parent, RulesFor(parent).Problem))]);

    public TranslatedRules<HttpRoute> RulesFor(ParentBinding parent) => parent.IsInMesh ? _inMesh : _atGateways;

    public static K8sParentOutcome OutcomeOf(ParentBinding parent, K8sProblem? unresolved) =>
        new(parent.Reference, parent.Denied is not null ? 0 : parent.IsInMesh ? 1 : parent.Listeners.Length, parent.Denied, unresolved);
}
