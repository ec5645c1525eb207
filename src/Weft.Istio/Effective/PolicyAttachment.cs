using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>
/// Whether a policy (AuthorizationPolicy, RequestAuthentication, Telemetry) is for a workload: by its targets, which name the Gateway of the Gateway API that the
/// workload is a proxy of, else by its selector. A policy with targets is for nobody else, as in istiod's policyattachment.
/// </summary>
/// <param name="Namespace">The policy's own.</param>
/// <param name="Targets">Its targetRefs, and the targetRef of old.</param>
internal readonly record struct PolicyAttachment(string? Namespace, WorkloadSelector? Selector, ImmutableArray<PolicyTarget> Targets)
{
    private const string GatewayNameLabel = "gateway.networking.k8s.io/gateway-name";
    private const string GatewayGroup = "gateway.networking.k8s.io";

    /// <summary>It is for every workload of its namespace.</summary>
    public bool IsNamespaceWide => Targets.IsEmpty && !Selector.IsStated();

    /// <param name="workloadNamespace">Policies of the root namespace reach other namespaces by selector only.</param>
    public bool Attaches(string workloadNamespace, ImmutableDictionary<string, string> labels)
    {
        if (Targets.IsEmpty)
        {
            return Selector.Selects(labels);
        }

        return Namespace == workloadNamespace && labels.TryGetValue(GatewayNameLabel, out var gateway) && Targets.Any(target =>
            target is { Group: GatewayGroup, Kind: "Gateway" } && target.Name == gateway && (string.IsNullOrEmpty(target.Namespace) || target.Namespace == workloadNamespace));
    }

    /// <summary>The list, and without one the single target of old.</summary>
    public static ImmutableArray<PolicyTarget> TargetsOf(ImmutableArray<PolicyTarget> targets, PolicyTarget? old) => targets.IsEmpty && old is not null ? [old] : targets;
}
