using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Selectors;

/// <summary>How a requirement looks at a label.</summary>
public enum LabelOperator
{
    Equal,
    NotEqual,
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}

/// <summary>One requirement on one label. NotEqual and NotIn hold also where the label is absent.</summary>
public sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var present = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.Equal or LabelOperator.In => present && Values.Contains(value!),
            LabelOperator.NotEqual or LabelOperator.NotIn => !present || !Values.Contains(value!),
            LabelOperator.Exists => present,
            LabelOperator.DoesNotExist => !present,
            LabelOperator.GreaterThan => present && Number(value!) is { } number && number > Number(Values[0]),
            LabelOperator.LessThan => present && Number(value!) is { } number && number < Number(Values[0]),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public override string ToString() => Operator switch
    {
        LabelOperator.Equal => $"{Key}={Values[0]}",
        LabelOperator.NotEqual => $"{Key}!={Values[0]}",
        LabelOperator.In => $"{Key} in ({Joined()})",
        LabelOperator.NotIn => $"{Key} notin ({Joined()})",
        LabelOperator.Exists => Key,
        LabelOperator.DoesNotExist => $"!{Key}",
        LabelOperator.GreaterThan => $"{Key}>{Values[0]}",
        LabelOperator.LessThan => $"{Key}<{Values[0]}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static long? Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string Joined() => string.Join(',', Values.Order(StringComparer.Ordinal));
}

/// <summary>A label selector as queries and specs have it: all requirements must hold; none select everything.</summary>
public sealed record LabelQuery(ImmutableArray<LabelRequirement> Requirements)
{
    public static readonly LabelQuery Everything = new([]);

    /// <summary>Reads the text form: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1</c>.</summary>
    public static LabelQuery Parse(string text) => new LabelQueryParser(text).Parse();

    /// <summary>From the form that specs have. An absent selector selects nothing in most specs: that is the caller's to know.</summary>
    public static LabelQuery From(LabelSelector selector) => new([
        .. selector.MatchLabels.Select(label => new LabelRequirement(label.Key, LabelOperator.Equal, [label.Value])),
        .. selector.MatchExpressions.Select(requirement => new LabelRequirement(requirement.Key, Operator(requirement.Operator), requirement.Values)),
    ]);

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The text form, which reads as the same selector.</summary>
    public override string ToString() => string.Join(',', Requirements);

    private static LabelOperator Operator(string name) => name switch
    {
        "In" => LabelOperator.In,
        "NotIn" => LabelOperator.NotIn,
        "Exists" => LabelOperator.Exists,
        "DoesNotExist" => LabelOperator.DoesNotExist,
        _ => throw new SelectorFormatException($"\"{name}\" is not a valid label selector operator"),
    };
}
