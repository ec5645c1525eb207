using System.Collections.Immutable;
using Weft.Istio.Networking;

namespace Weft.Istio.Mesh;

/// <summary>Whether labels satisfy a selector of Istio's kinds: all of the selector's pairs are among them.</summary>
public static class LabelMatch
{
    public static bool IsSubset(ImmutableDictionary<string, string> selector, ImmutableDictionary<string, string> labels)
    {
        foreach (var (key, value) in selector)
        {
            if (!labels.TryGetValue(key, out var actual) || actual != value)
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsSame(ImmutableDictionary<string, string> one, ImmutableDictionary<string, string> other) =>
        ReferenceEquals(one, other) || (one.Count == other.Count && IsSubset(one, other));

    /// <summary>The same text for the same labels.</summary>
    public static string Text(ImmutableDictionary<string, string> labels) =>
        string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    /// <summary>An absent or empty selector matches everything.</summary>
    public static bool Selects(this WorkloadSelector? selector, ImmutableDictionary<string, string> labels) =>
        selector is null || (IsSubset(selector.MatchLabels, labels) && IsSubset(selector.Labels, labels));

    /// <summary>True when the selector names at least one label.</summary>
    public static bool IsStated(this WorkloadSelector? selector) => selector is not null && selector.MatchLabels.Count + selector.Labels.Count > 0;
}
