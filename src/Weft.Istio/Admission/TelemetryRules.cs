using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>Telemetry.</summary>
internal static class TelemetryRules
{
    public static Findings Check(ConfigObject item)
    {
        var findings = Labels.CheckAttachment(item.Spec);
        foreach (var metrics in item.Spec.Messages("metrics").Where(each => each.Exists))
        {
            CheckMetrics(metrics, findings);
        }

        CheckTracing(item.Spec.Messages("tracing"), findings);
        foreach (var logging in item.Spec.Messages("accessLogging").Where(each => each.Exists))
        {
            var filter = logging.Message("filter");
            findings.Error(filter.Exists && CelSyntax.Error(filter.Text("expression")) is { } problem ? $"must be a valid CEL expression, {problem}" : null);
            findings.Error(Providers(logging));
        }

        return findings;
    }

    private static void CheckTracing(IReadOnlyList<Spec> tracings, Findings findings)
    {
        if (tracings.Count > 1)
        {
            findings.Warning("multiple tracing is not currently supported");
        }

        foreach (var tracing in tracings.Where(each => each.Exists))
        {
            if (tracing.Messages("providers").Count > 1)
            {
                findings.Warning("multiple providers is not currently supported");
            }

            findings.Error(Providers(tracing));
            findings.ErrorIf(tracing.Number("randomSamplingPercentage") is < 0 or > 100, "randomSamplingPercentage must be in range [0.0, 100.0]");
            foreach (var (name, tag) in tracing.MessageMap("customTags"))
            {
                CheckTag(name, tag, findings);
            }
        }
    }

    private static void CheckTag(string name, Spec tag, Findings findings)
    {
        findings.ErrorIf(name.Length == 0, "tag name may not be empty");
        findings.ErrorIf(!tag.Exists, $"tag '{name}' may not have a nil value");
        findings.ErrorIf(tag.Message("literal") is { Exists: true } literal && literal.Text("value").Length == 0, "literal tag value may not be empty");
        findings.ErrorIf(tag.Message("header") is { Exists: true } header && header.Text("name").Length == 0, "header tag name may not be empty");
        findings.ErrorIf(tag.Message("environment") is { Exists: true } environment && environment.Text("name").Length == 0, "environment tag name may not be empty");
    }

    private static void CheckMetrics(Spec metrics, Findings findings)
    {
        findings.Error(Providers(metrics));
        foreach (var rule in metrics.Messages("overrides"))
        {
            findings.ErrorIf(!rule.Exists, "tagOverrides may not be null");
            foreach (var (name, tag) in rule.MessageMap("tagOverrides"))
            {
                CheckTagOverride(name, tag, findings);
            }

            var match = rule.Message("match");
            findings.ErrorIf(match.Has("customMetric") && match.Text("customMetric").Length == 0, "customMetric may not be empty");
        }
    }

    private static void CheckTagOverride(string name, Spec tag, Findings findings)
    {
        if (name.Length == 0)
        {
            findings.Warning("tagOverrides.name may not be empty");
        }

        var removes = tag.Text("operation") == "REMOVE";
        var hasValue = tag.Text("value").Length > 0;
        findings.Error(!tag.Exists ? "tagOverrides may not be null"
            : removes && hasValue ? "tagOverrides.value may only be set when operation is UPSERT"
            : !removes && !hasValue ? "tagOverrides.value must be set when operation is UPSERT"
            : null);
    }

    private static string? Providers(Spec part) =>
        part.Messages("providers").Any(provider => provider.Text("name").Length == 0) ? "providers.name may not be empty" : null;
}
