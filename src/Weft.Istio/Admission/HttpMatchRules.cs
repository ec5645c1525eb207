using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>The conditions of an HTTP rule.</summary>
internal static class HttpMatchRules
{
    public static Findings Check(IReadOnlyList<Spec> matches)
    {
        var findings = new Findings();
        foreach (var match in matches)
        {
            CheckRequest(match, findings);
        }

        foreach (var match in matches)
        {
            CheckCaller(match, findings);
        }

        return findings;
    }

    private static void CheckRequest(Spec match, Findings findings)
    {
        foreach (var (name, header) in match.MessageMap("headers"))
        {
            findings.ErrorIf(!header.Exists, $"header match {name} cannot be null");
            findings.Error(Headers.Matched(name));
            findings.Error(Values.StringMatch(header, "headers"));
        }

        foreach (var (name, header) in match.MessageMap("withoutHeaders"))
        {
            findings.Error(Headers.Matched(name));

            // A star is no expression but means "is present".
            findings.Error(header.Text("regex") == "*" ? null : Values.StringMatch(header, "withoutHeaders"));
        }

        // Envoy takes an empty path prefix, but no other empty prefix.
        findings.Error(Values.RegexOf(match.Message("uri"), "uri"));
        foreach (var field in new[] { "scheme", "method", "authority" })
        {
            findings.Error(Values.StringMatch(match.Message(field), field));
        }

        foreach (var (_, parameter) in match.MessageMap("queryParams"))
        {
            findings.Error(Values.StringMatch(parameter, "queryParams"));
        }
    }

    private static void CheckCaller(Spec match, Findings findings)
    {
        findings.Error(match.Number("port") is not 0 and var port ? Values.Port(port) : null);
        findings.Add(Labels.Check(match.TextMap("sourceLabels")));
        findings.AddErrorsOf(Destinations.CheckGateways(match.Texts("gateways")));
        var @namespace = match.Text("sourceNamespace");
        findings.ErrorIf(@namespace.Length > 0 && !Hosts.IsLabel(@namespace), $"sourceNamespace match {@namespace} is invalid");
    }
}
