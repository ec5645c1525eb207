namespace Weft.Istio.Admission;

/// <summary>A condition on a path prefix with what else it asks for, to tell whether it leaves anything to a later one.</summary>
internal sealed record PrefixMatch(string Rule, string Match, string Prefix, double Port, string Method, string Authority, Spec Conditions)
{
    private static readonly string[] s_maps = ["headers", "queryParams", "withoutHeaders"];

    public static PrefixMatch Of(Spec match, string rule, string name)
    {
        var method = Asked(match.Message("method"));
        return new PrefixMatch(
            rule, name, match.Message("uri").Text("prefix"), match.Number("port"), method.Length == 0 ? "exact:GET" : method, Asked(match.Message("authority")), match);
    }

    /// <summary>Every request that the later one takes is taken here before. Judged as istiod does: by values that begin alike.</summary>
    public bool Covers(PrefixMatch later) =>
        later.Prefix.StartsWith(Prefix, StringComparison.Ordinal)
        && later.Port == Port
        && Method.StartsWith(later.Method, StringComparison.Ordinal)
        && Authority.StartsWith(later.Authority, StringComparison.Ordinal)
        && s_maps.All(map => CoversMap(Conditions.MessageMap(map), later.Conditions.MessageMap(map)));

    private static bool CoversMap(IEnumerable<(string Key, Spec Value)> mine, IEnumerable<(string Key, Spec Value)> later)
    {
        var theirs = later.ToDictionary(entry => entry.Key, entry => Asked(entry.Value));
        var own = mine.ToList();
        return own.Count == theirs.Count
            && own.All(entry => theirs.TryGetValue(entry.Key, out var value) && Asked(entry.Value).StartsWith(value, StringComparison.Ordinal));
    }

    private static string Asked(Spec match) =>
        match.Text("exact") is { Length: > 0 } exact ? "exact:" + exact
        : match.Text("prefix") is { Length: > 0 } prefix ? "prefix:" + prefix
        : "";
}
