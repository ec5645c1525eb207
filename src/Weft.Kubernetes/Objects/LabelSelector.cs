using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>Objects by their labels, as specs carry it. All requirements must hold; an empty one selects everything.</summary>
public sealed record LabelSelector
{
    public ImmutableDictionary<string, string> MatchLabels { get => field.OrEmpty(); init; }

    public ImmutableArray<LabelSelectorRequirement> MatchExpressions { get => field.OrEmpty(); init; }
}

/// <summary>One requirement: In, NotIn, Exists or DoesNotExist.</summary>
public sealed record LabelSelectorRequirement
{
    public string Key { get => field ?? ""; init; }

    public string Operator { get => field ?? ""; init; }

    public ImmutableArray<string> Values { get => field.OrEmpty(); init; }
}
