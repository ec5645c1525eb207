using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>The policy of one service port or subset, block by block; an absent block means Istio's defaults.</summary>
public sealed record DestinationPolicy
{
    public static DestinationPolicy None { get; } = new();

    public LoadBalancerSettings? LoadBalancer { get; init; }

    public ConnectionPoolSettings? ConnectionPool { get; init; }

    public OutlierDetectionSettings? OutlierDetection { get; init; }

    public ClientTlsSettings? Tls { get; init; }

    public TunnelSettings? Tunnel { get; init; }

    public ProxyProtocolSettings? ProxyProtocol { get; init; }

    public RetryBudgetSettings? RetryBudget { get; init; }

    /// <summary>A setting for the port replaces the policy as a whole, without inheritance.</summary>
    internal static DestinationPolicy Of(TrafficPolicy? policy, int port)
    {
        if (policy is null)
        {
            return None;
        }

        var ofPort = policy.PortLevelSettings.FirstOrDefault(setting => setting.Port?.Number == port);
        return ofPort is null
            ? new DestinationPolicy
            {
                LoadBalancer = policy.LoadBalancer,
                ConnectionPool = policy.ConnectionPool,
                OutlierDetection = policy.OutlierDetection,
                Tls = policy.Tls,
                Tunnel = policy.Tunnel,
                ProxyProtocol = policy.ProxyProtocol,
                RetryBudget = policy.RetryBudget,
            }
            : new DestinationPolicy
            {
                LoadBalancer = ofPort.LoadBalancer,
                ConnectionPool = ofPort.ConnectionPool,
                OutlierDetection = ofPort.OutlierDetection,
                Tls = ofPort.Tls,
            };
    }

    internal DestinationPolicy OverriddenBy(DestinationPolicy other) => new()
    {
        LoadBalancer = other.LoadBalancer ?? LoadBalancer,
        ConnectionPool = other.ConnectionPool ?? ConnectionPool,
        OutlierDetection = other.OutlierDetection ?? OutlierDetection,
        Tls = other.Tls ?? Tls,
        Tunnel = other.Tunnel ?? Tunnel,
        ProxyProtocol = other.ProxyProtocol ?? ProxyProtocol,
        RetryBudget = other.RetryBudget ?? RetryBudget,
    };
}

/// <summary>
/// The DestinationRule that applies to calls from a workload to a service. Searched in the client's namespace, then the service's, then the root
/// namespace; the first that has any match decides, there the most specific host. For clients in the root namespace itself only the rules that nobody
/// else sees come before the services' own. Rules of one host in one namespace with the same exportTo count as
/// one: the first policy, all subsets.
/// </summary>
public sealed class EffectiveDestinationRule
{
    private EffectiveDestinationRule(ImmutableArray<DestinationRule> sources, TrafficPolicy? policy, ImmutableArray<Subset> subsets)
    {
        Sources = sources;
        HasSelector = sources[0].Spec.WorkloadSelector.IsStated();
        Name = sources[0].Metadata.Name;
        Namespace = sources[0].Metadata.Namespace ?? "";
        Policy = policy;
        Subsets = subsets;
    }

    /// <summary>The objects that count as one; the first gave it its name. Never empty.</summary>
    public ImmutableArray<DestinationRule> Sources { get; }

    public string Name { get; }

    public string Namespace { get; }

    /// <summary>As it was written; null where only subsets are declared.</summary>
    public TrafficPolicy? Policy { get; }

    public ImmutableArray<Subset> Subsets { get; }

    /// <summary>It is for the workloads it selects only.</summary>
    public bool HasSelector { get; }

    /// <summary>False when it only declares subsets.</summary>
    public bool HasPolicy => Policy is not null;

    internal static EffectiveDestinationRule? For(
        ImmutableArray<DestinationRule> rules, MeshConfig mesh, string clientNamespace, ImmutableDictionary<string, string> clientLabels, MeshService service)
    {
        var root = mesh.RootNamespace;
        var isInRoot = clientNamespace == root;
        var inClient = Matching(rules, clientNamespace, service.Host, rule => rule.Spec.WorkloadSelector.Selects(clientLabels) && (!isInRoot || IsPrivate(rule, mesh)));
        return Merge(inClient)
            ?? Merge(Matching(rules, service.Namespace, service.Host, rule => IsExported(rule, mesh, clientNamespace)))
            ?? Merge(Matching(rules, root, service.Host, rule => IsExported(rule, mesh, clientNamespace)));
    }

    /// <summary>What the policy as a whole hashes by; null when it hashes nothing.</summary>
    public ConsistentHashSettings? Hash => Policy?.LoadBalancer?.ConsistentHash;

    /// <summary>What the setting for a port hashes by; null where there is none, or it hashes nothing.</summary>
    public ConsistentHashSettings? HashAt(int port) => HashAt(Policy, port);

    public static ConsistentHashSettings? HashAt(TrafficPolicy? policy, int port) => policy?.PortLevelSettings.FirstOrDefault(setting => setting.Port?.Number == port)?.LoadBalancer?.ConsistentHash;

    public Subset? Subset(string name) => Subsets.FirstOrDefault(subset => subset.Name == name);

    public DestinationPolicy PolicyOf(int port, Subset? subset = null)
    {
        var policy = DestinationPolicy.Of(Policy, port);
        if (subset?.TrafficPolicy is not { } own)
        {
            return policy;
        }

        var ownPolicy = DestinationPolicy.Of(own, port);
        return own.PortLevelSettings.Any(setting => setting.Port?.Number == port) ? ownPolicy : policy.OverriddenBy(ownPolicy);
    }

    /// <summary>Rules with a selector are for their own namespace's clients only.</summary>
    private static bool IsExported(DestinationRule rule, MeshConfig mesh, string @namespace) =>
        !rule.Spec.WorkloadSelector.IsStated() && ExportTo.Reaches(rule.Spec.ExportTo, mesh.DefaultDestinationRuleExportTo, rule.Metadata.Namespace, @namespace);

    private static bool IsPrivate(DestinationRule rule, MeshConfig mesh) =>
        rule.Spec.WorkloadSelector.IsStated() || (rule.Spec.ExportTo.Length > 0 ? rule.Spec.ExportTo : mesh.DefaultDestinationRuleExportTo) is ["."];

    /// <summary>The rules of the most specific matching host; those that select the client come first.</summary>
    private static List<DestinationRule> Matching(ImmutableArray<DestinationRule> rules, string @namespace, string host, Func<DestinationRule, bool> isEligible)
    {
        var matching = rules
            .Where(rule => rule.Metadata.Namespace == @namespace && Hostname.IsSubsetOf(host, HostOf(rule)) && isEligible(rule))
            .OrderBy(rule => HostOf(rule), Comparer<string>.Create(Hostname.CompareSpecificity))
            .ThenBy(rule => rule.Spec.WorkloadSelector.IsStated() ? 0 : 1)
            .ToList();
        return [.. matching.TakeWhile(rule => HostOf(rule) == HostOf(matching[0]))];
    }

    private static string HostOf(DestinationRule rule) => Hostname.Resolve(rule.Spec.Host, rule.Metadata.Namespace ?? "");

    private static EffectiveDestinationRule? Merge(List<DestinationRule> rules)
    {
        if (rules.Count == 0)
        {
            return null;
        }

        var merged = rules.Where(rule => rule.Spec.ExportTo.SequenceEqual(rules[0].Spec.ExportTo)).ToImmutableArray();
        return new EffectiveDestinationRule(
            merged,
            merged.Select(rule => rule.Spec.TrafficPolicy).FirstOrDefault(policy => policy is not null),
            [.. merged.SelectMany(rule => rule.Spec.Subsets).DistinctBy(subset => subset.Name)]);
    }
}
