using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Security;

/// <summary>Istio's AuthorizationPolicy: who may do what to a workload.</summary>
public sealed record AuthorizationPolicy : IKubeObject
{
    public string ApiVersion { get => field ?? "security.istio.io/v1"; init; }

    public string Kind { get => field ?? "AuthorizationPolicy"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public AuthorizationPolicySpec Spec { get => field ?? new(); init; }
}

public sealed record AuthorizationPolicySpec
{
    public WorkloadSelector? Selector { get; init; }

    /// <summary>What it attaches to instead of selecting; the older field holds one.</summary>
    public PolicyTarget? TargetRef { get; init; }

    public ImmutableArray<PolicyTarget> TargetRefs { get => field.OrEmpty(); init; }

    /// <summary>ALLOW when absent.</summary>
    public string? Action { get; init; }

    public ImmutableArray<AuthorizationRule> Rules { get => field.OrEmpty(); init; }

    public AuthorizationProvider? Provider { get; init; }
}

public sealed record AuthorizationProvider
{
    public string Name { get => field ?? ""; init; }
}

/// <summary>Matches when one of from, one of to and all of when match; an absent list matches all.</summary>
public sealed record AuthorizationRule
{
    public ImmutableArray<RuleFrom> From { get => field.OrEmpty(); init; }

    public ImmutableArray<RuleTo> To { get => field.OrEmpty(); init; }

    public ImmutableArray<RuleCondition> When { get => field.OrEmpty(); init; }
}

public sealed record RuleFrom
{
    public RuleSource Source { get => field ?? new(); init; }
}

public sealed record RuleTo
{
    public RuleOperation Operation { get => field ?? new(); init; }
}

public sealed record RuleSource
{
    public ImmutableArray<string> Principals { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotPrincipals { get => field.OrEmpty(); init; }

    public ImmutableArray<string> RequestPrincipals { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotRequestPrincipals { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Namespaces { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotNamespaces { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ServiceAccounts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotServiceAccounts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> TrustDomains { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotTrustDomains { get => field.OrEmpty(); init; }

    public ImmutableArray<string> IpBlocks { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotIpBlocks { get => field.OrEmpty(); init; }

    public ImmutableArray<string> RemoteIpBlocks { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotRemoteIpBlocks { get => field.OrEmpty(); init; }
}

public sealed record RuleOperation
{
    public ImmutableArray<string> Hosts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotHosts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Ports { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotPorts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Methods { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotMethods { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Paths { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotPaths { get => field.OrEmpty(); init; }
}

public sealed record RuleCondition
{
    public string Key { get => field ?? ""; init; }

    public ImmutableArray<string> Values { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NotValues { get => field.OrEmpty(); init; }
}
