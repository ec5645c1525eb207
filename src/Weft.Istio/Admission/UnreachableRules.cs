using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>Warns of a VirtualService's rules and conditions that can never be reached, since an earlier one takes all.</summary>
internal static class UnreachableRules
{
    public static void Warn(Spec spec, Findings findings)
    {
        WarnOfList(spec.Messages("http"), findings);
        WarnOfCoveredPrefixes(spec.Messages("http"), findings);
        WarnOfList(spec.Messages("tcp"), findings);
        WarnOfList(spec.Messages("tls"), findings);
    }

    private static void WarnOfList(IReadOnlyList<Spec> rules, Findings findings)
    {
        var seen = new Dictionary<string, int>();
        var hasCatchAll = false;
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (!rule.Has("match"))
            {
                if (hasCatchAll)
                {
                    WarnUnused(Name(rule, i), "only the last rule can have no matches", findings);
                }

                hasCatchAll = true;
                continue;
            }

            var matches = rule.Messages("match");
            var duplicates = 0;
            for (var j = 0; j < matches.Count; j++)
            {
                if (hasCatchAll)
                {
                    WarnUnused(Name(rule, i), "route without matches defined before", findings);
                }
                else if (!seen.TryAdd(Canonical(matches[j]), i))
                {
                    var earlier = seen[Canonical(matches[j])];
                    WarnIneffective(Name(rule, i), Name(matches[j], j), Name(rules[earlier], earlier), findings);
                    duplicates++;
                }
            }

            if (duplicates == matches.Count)
            {
                WarnUnused(Name(rule, i), "all matches used by prior rules", findings);
            }
        }
    }

    private static void WarnOfCoveredPrefixes(IReadOnlyList<Spec> rules, Findings findings)
    {
        var prefixes = PrefixMatches(rules);
        for (var i = 0; i < prefixes.Count; i++)
        {
            foreach (var later in prefixes.Skip(i + 1).Where(later => later.Prefix != prefixes[i].Prefix && prefixes[i].Covers(later)))
            {
                var earlier = prefixes[i];
                WarnIneffective(later.Rule, $"{later.Match} of prefix {later.Prefix}", $"{earlier.Match} of prefix {earlier.Prefix} on {earlier.Rule}", findings);
            }
        }
    }

    /// <summary>Every distinct match on a path prefix that stands before a rule without matches.</summary>
    private static List<PrefixMatch> PrefixMatches(IReadOnlyList<Spec> rules)
    {
        var found = new List<PrefixMatch>();
        var seen = new HashSet<string>();
        for (var i = 0; i < rules.Count && rules[i].Has("match"); i++)
        {
            var matches = rules[i].Messages("match");
            for (var j = 0; j < matches.Count; j++)
            {
                if (seen.Add(Canonical(matches[j])) && matches[j].Message("uri").Text("prefix").Length > 0)
                {
                    found.Add(PrefixMatch.Of(matches[j], Name(rules[i], i), Name(matches[j], j)));
                }
            }
        }

        return found;
    }

    private static void WarnUnused(string rule, string reason, Findings findings) => findings.Warning($"virtualService rule {rule} not used ({reason})");

    private static void WarnIneffective(string rule, string match, string earlier, Findings findings) =>
        findings.Warning($"virtualService rule {rule} match {match} is not used (duplicate/overlapping match in rule {earlier})");

    private static string Name(Spec part, int index) =>
        part.Text("name") is { Length: > 0 } name ? GoText.Quote(name) : string.Create(CultureInfo.InvariantCulture, $"#{index}");

    /// <summary>A form in which equal conditions are equal texts: without the name and default values, in one order.</summary>
    private static string Canonical(Spec match)
    {
        var copy = (JsonObject?)match.Json?.DeepClone() ?? [];
        copy.Remove("name");
        return Ordered(copy)?.ToJsonString() ?? "{}";
    }

    private static JsonNode? Ordered(JsonNode? node) => node switch
    {
        JsonObject item => new JsonObject(item
            .Where(field => field.Value is not null and not JsonArray { Count: 0 } && !(field.Value is JsonValue flag && flag.TryGetValue<bool>(out var set) && !set))
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, Ordered(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Ordered)]),
        _ => node?.DeepClone(),
    };
}
