namespace Weft.Istio.Admission;

public sealed class RecordedVerdictTests
{
    [Fact]
    public void Objects_are_answered_as_by_the_webhook_of_istiod()
    {
        var failures = new List<string>();
        foreach (var recorded in RecordedVerdict.OfWebhook)
        {
            var difference = Difference(recorded);
            var isListed = RecordedVerdict.Deviations.TryGetValue(recorded.Name, out var reason);
            if (difference is not null && !isListed)
            {
                failures.Add($"{recorded.Name}: {difference}");
            }
            else if (difference is null && isListed)
            {
                failures.Add($"{recorded.Name}: matches now, take it off deviations.tsv");
            }
            else if (isListed && string.IsNullOrWhiteSpace(reason))
            {
                failures.Add($"{recorded.Name}: listed without a reason");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Every_listed_deviation_is_a_recorded_object() =>
        Assert.Empty(RecordedVerdict.Deviations.Keys.Except(RecordedVerdict.OfWebhook.Select(recorded => recorded.Name)));

    private static string? Difference(RecordedVerdict recorded)
    {
        var group = recorded.Item["apiVersion"]!.GetValue<string>().Split('/')[0];
        var verdict = new IstioAdmission(new PatchesWithTypedConfig()).Review(group, recorded.Item["kind"]!.GetValue<string>(), recorded.Item);
        if (verdict.IsAllowed == (recorded.Verdict == "reject"))
        {
            return $"{recorded.Verdict} expected: '{verdict.Message}' instead of '{recorded.WebhookMessage}'";
        }

        if (verdict.Message != recorded.WebhookMessage)
        {
            return $"'{verdict.Message}' instead of '{recorded.WebhookMessage}'";
        }

        return verdict.Warnings.SequenceEqual(recorded.Warnings)
            ? null
            : $"warnings [{string.Join(" | ", verdict.Warnings)}] instead of [{string.Join(" | ", recorded.Warnings)}]";
    }

    /// <summary>Stands for what reads Envoy's messages: knows the fields of these recordings.</summary>
    private sealed class PatchesWithTypedConfig : IEnvoyPatchSchema
    {
        public EnvoyPatchReading Read(string applyTo, System.Text.Json.Nodes.JsonObject value) =>
            value.ContainsKey("nosuch_field") ? new EnvoyPatchReading("unknown field \"nosuch_field\" in envoy.config.cluster.v3.Cluster", [])
            : applyTo.EndsWith("FILTER", StringComparison.Ordinal) && !value.ContainsKey("typed_config") ? new EnvoyPatchReading(null, [value["name"]!.GetValue<string>()])
            : EnvoyPatchReading.Understood;
    }
}
