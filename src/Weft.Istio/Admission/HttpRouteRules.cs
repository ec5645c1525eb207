using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>A rule of a VirtualService's http list.</summary>
internal static class HttpRouteRules
{
    public static Findings Check(Spec route, bool inDelegate)
    {
        var findings = new Findings();
        if (!route.Exists)
        {
            findings.Error("http route may not be null");
            return findings;
        }

        CheckActions(route, inDelegate, findings);
        findings.AddErrorsOf(HttpMatchRules.Check(route.Messages("match")));
        findings.Add(Headers.CheckOperations(route.Message("headers")));
        findings.Add(HttpPolicyRules.CheckCors(route.Message("corsPolicy")));
        findings.Add(HttpPolicyRules.CheckFault(route.Message("fault")));
        CheckMirrorShare(route, findings);
        findings.Add(Destinations.Check(route.Message("mirror")));
        CheckMirrors(route, findings);
        findings.Error(HttpActionRules.Redirect(route.Message("redirect")));
        findings.Add(HttpActionRules.CheckDirectResponse(route.Message("directResponse")));
        findings.Add(HttpPolicyRules.CheckRetry(route.Message("retries")));
        findings.Error(HttpActionRules.Rewrite(route.Message("rewrite")));
        findings.Error(HttpActionRules.AuthorityRewrite(route));
        findings.AddErrorsOf(Destinations.CheckWeighted(route.Messages("route")));
        findings.Error(Values.Duration(route.Duration("timeout")));
        return findings;
    }

    /// <summary>A rule does one thing: it hands on to a delegate, redirects, answers or routes.</summary>
    private static void CheckActions(Spec route, bool inDelegate, Findings findings)
    {
        var hasDelegate = route.Message("delegate").Exists;
        if (hasDelegate && !inDelegate)
        {
            findings.ErrorIf(route.Message("redirect").Exists, $"root HTTP route {route.Text("name")} must not specify redirect");
            findings.ErrorIf(route.Has("route"), $"root HTTP route {route.Text("name")} must not specify route");
            return;
        }

        findings.ErrorIf(hasDelegate, "delegate HTTP route cannot contain delegate");
        var answers = route.Message("directResponse").Exists;
        if (route.Message("redirect").Exists)
        {
            CheckAlone(route, "redirect", findings);
            findings.ErrorIf(answers, "HTTP route rule cannot contain both direct_response and redirect");
        }
        else if (answers)
        {
            CheckAlone(route, "direct_response", findings);
        }
        else
        {
            findings.ErrorIf(!route.Has("route"), "HTTP route, redirect or direct_response is required");
        }

        findings.ErrorIf(route.Message("mirror").Exists && route.Has("mirrors"), "HTTP route cannot contain both mirror and mirrors");
    }

    /// <summary>What is not sent on cannot be routed, disturbed or rewritten.</summary>
    private static void CheckAlone(Spec route, string action, Findings findings)
    {
        findings.ErrorIf(route.Has("route"), $"HTTP route cannot contain both route and {action}");
        findings.ErrorIf(route.Message("fault").Exists, $"HTTP route cannot contain both fault and {action}");
        findings.ErrorIf(route.Message("rewrite").Exists, $"HTTP route rule cannot contain both rewrite and {action}");
    }

    private static void CheckMirrorShare(Spec route, Findings findings)
    {
        if (route.Has("mirrorPercent"))
        {
            var percent = route.Number("mirrorPercent");
            findings.ErrorIf(percent > 100, $"mirror_percent must have a max value of 100 (it has {GoText.Integer(percent)})");
            findings.Warning("using deprecated setting \"mirrorPercent\", use \"mirrorPercentage\" instead");
        }

        CheckShare(route.Message("mirrorPercentage"), "mirror_percentage", findings);
    }

    private static void CheckMirrors(Spec route, Findings findings)
    {
        foreach (var mirror in route.Messages("mirrors"))
        {
            if (!mirror.Message("destination").Exists)
            {
                findings.Error(mirror.Exists ? "destination is required for mirrors" : "mirror cannot be null");
                continue;
            }

            findings.Add(Destinations.Check(mirror.Message("destination")));
            CheckShare(mirror.Message("percentage"), "mirror percentage", findings);
        }
    }

    private static void CheckShare(Spec percent, string name, Findings findings)
    {
        var value = percent.Number("value");
        findings.ErrorIf(value > 100, $"{name} must have a max value of 100 (it has {GoText.Fixed(value)})");
        findings.ErrorIf(value < 0, $"{name} must have a min value of 0 (it has {GoText.Fixed(value)})");
    }
}
