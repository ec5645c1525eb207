using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>
/// The configuration of a namespace that selects workloads by their labels (<c>spec.selector.matchLabels</c>, <c>spec.workloadSelector.labels</c>;
/// none selects all). Read once per inventory.
/// </summary>
internal sealed class WorkloadReferences
{
    private static readonly ImmutableArray<(GroupVersionKind Kind, string Selector, string Labels, bool NoneSelectsAll)> Selecting =
    [
        (ConfigKinds.Sidecar, "workloadSelector", "labels", true),
        (ConfigKinds.AuthorizationPolicy, "selector", "matchLabels", true),
        (ConfigKinds.PeerAuthentication, "selector", "matchLabels", true),
        (ConfigKinds.RequestAuthentication, "selector", "matchLabels", true),
        (ConfigKinds.EnvoyFilter, "workloadSelector", "labels", true),
        (ConfigKinds.WorkloadGroup, "metadata", "labels", false),
        (ConfigKinds.Gateway, "", "selector", false),
    ];

    private readonly ImmutableArray<(ConfigReference Reference, ImmutableDictionary<string, string> Selector)> _selectors;

    public WorkloadReferences(ConfigInventory configuration, string @namespace) => _selectors =
    [
        .. Selecting.SelectMany(selecting => configuration.Of(selecting.Kind, @namespace)
            .Select(item => (Reference: ConfigReference.To(selecting.Kind, item), Selector: SelectorOf(item, selecting.Selector, selecting.Labels)))
            .Where(pair => selecting.NoneSelectsAll || !pair.Selector.IsEmpty)),
        .. configuration.Of(ConfigKinds.K8sGateway, @namespace).Select(item =>
            (ConfigReference.To(ConfigKinds.K8sGateway, item), ImmutableDictionary<string, string>.Empty.Add(ConfigKinds.GatewayNameLabel, item.Metadata.Name))),
    ];

    public ImmutableArray<ConfigReference> Of(ImmutableDictionary<string, string> labels) =>
        [.. _selectors.Where(pair => LabelMatch.IsSubset(pair.Selector, labels)).Select(pair => pair.Reference)];

    private static ImmutableDictionary<string, string> SelectorOf(UntypedObject item, string selector, string labels)
    {
        var spec = item.Content["spec"] as JsonObject;
        var at = selector.Length == 0 ? spec : spec?[selector] as JsonObject;
        return (at?[labels] as JsonObject ?? []).Where(pair => pair.Value is JsonValue).ToImmutableDictionary(pair => pair.Key, pair => pair.Value!.ToString());
    }
}
