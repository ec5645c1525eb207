using System.Text.RegularExpressions;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission.Checks;

/// <summary>Labels of workloads, and what selects by them.</summary>
internal static partial class Labels
{
    private const int LongestPrefix = 253;
    private const int LongestName = 63;

    private static readonly (string Group, string Kind, string Name)[] s_targets =
    [
        ("core", "Service", "core/v1/Service"), ("networking.istio.io", "ServiceEntry", "networking.istio.io/v1/ServiceEntry"),
        ("gateway.networking.k8s.io", "Gateway", "gateway.networking.k8s.io/v1/Gateway"),
        ("gateway.networking.k8s.io", "GatewayClass", "gateway.networking.k8s.io/v1/GatewayClass"),
    ];

    public static Findings Check(IEnumerable<(string Key, string Value)> labels)
    {
        var findings = new Findings();
        foreach (var (key, value) in labels)
        {
            findings.ListedError(Key(key));
            findings.ListedError(ValuePattern.IsMatch(value) ? null : $"invalid tag value: {GoText.Quote(value)}");
        }

        return findings;
    }

    /// <summary>What a policy is attached to: a selector by labels, or references to gateways and services.</summary>
    public static Findings CheckAttachment(Spec spec)
    {
        var findings = new Findings();
        var ways = new[] { spec.Message("selector").Exists, spec.Message("targetRef").Exists, spec.Has("targetRefs") }.Count(way => way);
        findings.ErrorIf(ways > 1, "only one of targetRefs or workloadSelector can be set");
        findings.Add(CheckSelector(spec.Message("selector"), "matchLabels"));
        findings.Add(CheckTarget(spec.Message("targetRef")));
        foreach (var target in spec.Messages("targetRefs"))
        {
            findings.Add(CheckTarget(target));
        }

        return findings;
    }

    /// <summary>A selector whose labels stand in the given field. One without labels selects everything, which is rarely meant.</summary>
    public static Findings CheckSelector(Spec selector, string field)
    {
        var findings = new Findings();
        if (!selector.Exists)
        {
            return findings;
        }

        var labels = selector.TextMap(field).ToList();
        foreach (var (key, value) in labels)
        {
            var pair = GoText.Quote($"{key}={value}");
            findings.ErrorIf(key.Length == 0, $"empty key is not supported in selector: {pair}");
            findings.ErrorIf(key.Contains('*', StringComparison.Ordinal) || value.Contains('*', StringComparison.Ordinal), $"wildcard is not supported in selector: {pair}");
        }

        if (labels.Count == 0)
        {
            findings.Warning("workload selector specified without labels");
        }

        return findings;
    }

    private static Findings CheckTarget(Spec target)
    {
        var findings = new Findings();
        if (!target.Exists)
        {
            return findings;
        }

        findings.ErrorIf(target.Text("name").Length == 0, "targetRef name must be set");
        findings.ErrorIf(target.Text("namespace").Length > 0, "targetRef namespace must not be set; cross namespace referencing is not supported");
        var (group, kind) = (target.Text("group"), target.Text("kind"));
        var isKnown = s_targets.Any(known => known.Kind == kind && known.Group == (group.Length == 0 ? "core" : group));
        findings.ErrorIf(!isKnown, $"targetRef must be to one of {GoText.List(s_targets.Select(known => known.Name))} but was {group}/{kind}");
        return findings;
    }

    private static string? Key(string key)
    {
        var match = KeyPattern.Match(key);
        return !match.Success ? $"invalid tag key: {GoText.Quote(key)}"
            : match.Groups[1].Length - 1 > LongestPrefix ? $"invalid tag key: {GoText.Quote(key)} (DNS prefix is too long)"
            : match.Groups[2].Length > LongestName ? $"invalid tag key: {GoText.Quote(key)} (name is too long)"
            : null;
    }

    [GeneratedRegex(@"\A([a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*/)?((?:[A-Za-z0-9][-A-Za-z0-9_./]*)?[A-Za-z0-9])\z", RegexOptions.NonBacktracking)]
    private static partial Regex KeyPattern { get; }

    [GeneratedRegex(@"\A((?:[A-Za-z0-9][-A-Za-z0-9_./]*)?[A-Za-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex ValuePattern { get; }
}
