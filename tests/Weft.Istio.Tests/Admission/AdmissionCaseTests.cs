namespace Weft.Istio.Admission;

public sealed class AdmissionCaseTests
{
    private const string Prefix = "configuration is invalid: ";

    /// <summary>What we say beside istiod.</summary>
    private const string NotEnforced = "is stored but not enforced";

    [Fact]
    public void Odd_objects_are_answered_as_istiod_answers_them()
    {
        var failures = AdmissionCase.All.Where(each => each.IsOfWebhook).Select(Difference).Where(difference => difference is not null).ToList();

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Every_kind_has_its_odd_objects() => Assert.All(
        AdmissionCase.All.GroupBy(each => each.Kind),
        kind => Assert.InRange(kind.Count(), 15, int.MaxValue));

    [Fact]
    public void There_are_fifteen_kinds() => Assert.Equal(15, AdmissionCase.All.Select(each => each.Kind).Distinct().Count());

    private static string? Difference(AdmissionCase given)
    {
        var verdict = new IstioAdmission().Review(GroupOf(given.Kind), given.Kind, given.Item);
        var refusal = verdict.IsAllowed ? null : verdict.Message.StartsWith(Prefix, StringComparison.Ordinal) ? verdict.Message[Prefix.Length..] : verdict.Message;
        var warnings = verdict.Warnings.Where(warning => !warning.Contains(NotEnforced, StringComparison.Ordinal)).ToList();
        return refusal != given.Refusal ? $"{given.Title}: '{refusal ?? "accepted"}' instead of '{given.Refusal ?? "accepted"}'"
            : !warnings.SequenceEqual(given.Warnings) ? $"{given.Title}: warnings [{string.Join(" | ", warnings)}] instead of [{string.Join(" | ", given.Warnings)}]"
            : null;
    }

    private static string GroupOf(string kind) => kind switch
    {
        "PeerAuthentication" or "RequestAuthentication" or "AuthorizationPolicy" => "security.istio.io",
        "Telemetry" => "telemetry.istio.io",
        "WasmPlugin" or "TrafficExtension" => "extensions.istio.io",
        _ => "networking.istio.io",
    };
}
